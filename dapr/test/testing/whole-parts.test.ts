import { expect } from 'chai';
import { partMark, wholeParts } from '../../testing/whole-parts.ts';

describe('What several processes print at a time', () => {
  it('is printed suite by suite, wherever a piece of it ends', () => {
    const printed: string[] = [];
    const [one, other] = [wholeParts((part) => printed.push(part)), wholeParts((part) => printed.push(part))];
    one.hear('  A cart\n    ✔ is');
    other.hear(`  An order\n    ✔ is placed\n${partMark.slice(0, 1)}`);
    one.hear(` filled\n${partMark}  A price\n`);
    other.hear(partMark.slice(1));
    expect(printed).to.deep.equal(['  A cart\n    ✔ is filled\n', '  An order\n    ✔ is placed\n']);
    one.end();
    other.end();
    expect(printed.slice(2)).to.deep.equal(['  A price\n']);
  });
});
