import { expect } from 'chai';
import { Type } from 'typebox';
import { checker } from '../http/validate.ts';
import { visiblePattern, visibleText } from '../visible-text.ts';

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
