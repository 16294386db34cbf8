import { expect } from 'chai';
import { Type } from 'typebox';
import { checker } from '../http/validate.ts';
import { personName, visibleLinePattern, visiblePattern, visibleText } from '../visible-text.ts';

describe('A text for people', () => {
  const errorsOf = checker(Type.Object({ name: visibleText(50) }));

  it('is refused, by name and in words, where nothing of it can be seen', () => {
    for (const name of [
      ' ',
      '\u200b\u200d',
      '\u2800',
      '\u3164\uffa0\u115f',
      '\u00ad\u034f',
      '\ufeff',
      '\u{e0041}\u{e007f}',
      '\u202e \u2066',
      '\ufe0f',
    ])
      expect(errorsOf({ name }), JSON.stringify(name)).to.deep.equal([
        { field: '/name', rule: 'pattern', message: 'must hold something that can be seen' },
      ]);
  });

  it('is taken in any script, also with characters beside it that cannot be seen', () => {
    for (const name of ['A', '李', 'Ærø', 'ไทย', '한글', '👩‍🚀', '❤️', '5', '?', '\u200bA', 'e\u0301', 'می‌خواهم'])
      expect(errorsOf({ name }), name).to.deep.equal([]);
  });

  it('knows all that Unicode says is ignored, a separator or a control character', () => {
    const visible = new RegExp(visiblePattern, 'u');
    const ignored = /[\p{Default_Ignorable_Code_Point}\p{Z}\p{Cc}]/u;
    const missed = Array.from({ length: 0x11_0000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .filter((code) => ignored.test(String.fromCodePoint(code)) && visible.test(String.fromCodePoint(code)));
    expect(missed.map((code) => code.toString(16))).to.deep.equal([]);
  });
});

describe('A name of a person', () => {
  const errorsOf = checker(Type.Object({ name: personName(200) }));

  it('is taken in any script, also with characters beside it that cannot be seen', () => {
    for (const name of [
      'A',
      'O’Neill-Ærø, Jr.',
      '李',
      'ไทย',
      '\u200f\u05d3\u05df',
      '\u3000山田 太郎',
      '👩‍🚀',
      'می‌خواهم',
      ' a/b: c',
      'Wwwi.',
    ])
      expect(errorsOf({ name }), name).to.deep.equal([]);
  });

  it('is refused, by name and in words, where it breaks the line, turns its direction around or cannot be seen', () => {
    const codes = [
      0x09, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
    ];
    const controls = codes.map((code) => String.fromCodePoint(code));
    for (const name of [...controls.flatMap((one) => [`Ada${one}`, `${one}Ada`, `A${one}da`, one]), '', ' ', '\u3164\u200b'])
      expect(errorsOf({ name }), JSON.stringify(name)).to.deep.include({
        field: '/name',
        rule: 'pattern',
        message: 'must hold something that can be seen, on one line without control characters',
      });
  });

  it('is refused with a web address in it, which the shop would send to anybody', () => {
    for (const name of ['Win at https://evil.example', 'x://y', 'www.evil.example', 'see WWW.evil.example'])
      expect(errorsOf({ name }), name).to.deep.equal([{ field: '/name', rule: 'not', message: 'must not hold a web address' }]);
  });

  it('is the same as a visible text but for what breaks a line', () => {
    const [line, visible] = [new RegExp(visibleLinePattern, 'u'), new RegExp(visiblePattern, 'u')];
    const breaks = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;
    const other = Array.from({ length: 0x11_0000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((one) => line.test(one) !== visible.test(one) || line.test(`${one}A${one}`) === breaks.test(one));
    expect(other.map((one) => one.codePointAt(0)?.toString(16))).to.deep.equal([]);
  });

  it('takes no time to be refused, however long', () => {
    const started = process.cpuUsage();
    for (const long of [' '.repeat(1_000_000), `${'a'.repeat(1_000_000)}\n`, `${' '.repeat(1_000_000)}\n`]) errorsOf({ name: long });
    const { user } = process.cpuUsage(started);
    expect(user, 'microseconds of CPU, of which others take none').to.be.below(1_000_000);
  });
});
