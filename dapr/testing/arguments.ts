import { UsageError } from '../instance/arguments.ts';
import { kinds } from './select.ts';
import type { Kind } from './select.ts';

export interface TestArguments {
  readonly kinds: readonly Kind[];
  readonly paths: readonly string[];
  /** Only tests whose title matches. */
  readonly grep?: string;
  /** An instance that runs already, to test on instead of one of its own. */
  readonly on?: string;
}

/** Reads what follows `npm test --`: `--only integration`, `--grep text`, `--on dev`, and parts of file names. */
export function parseTestArguments(words: readonly string[]): TestArguments {
  const paths: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) {
      paths.push(word);
      continue;
    }
    const [name = '', joined] = word.split('=', 2);
    const value = joined ?? words[++index];
    if (!['--only', '--grep', '--on'].includes(name))
      throw new UsageError(`Unknown option ${word}. Options: --only ${kinds.join('|')}, --grep text, --on instance`);
    if (value === undefined) throw new UsageError(`${name} wants a value`);
    options.set(name, value);
  }
  const grep = options.get('--grep');
  const on = options.get('--on');
  return { kinds: only(options.get('--only')), paths, ...(grep === undefined ? {} : { grep }), ...(on === undefined ? {} : { on }) };
}

function only(value: string | undefined): readonly Kind[] {
  if (value === undefined) return kinds;
  return value.split(',').map((name) => {
    const kind = kinds.find((known) => known === name);
    if (kind === undefined) throw new UsageError(`--only is ${kinds.join(', ')}, not ${name}`);
    return kind;
  });
}
