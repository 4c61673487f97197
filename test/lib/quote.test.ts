import { expect } from 'chai';
import { describe, it } from 'mocha';
import { quote } from '../../src/lib/quote.ts';

describe('quoting', () => {
  for (const [what, text, quoted] of [
    ['puts a text in double quotes', '/etc/motd', '"/etc/motd"'],
    ['keeps an empty text', '', '""'],
    ['escapes quotes and backslashes', 'a"b\\c', '"a\\"b\\\\c"'],
    ['names the usual control characters', '\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['writes other control characters in hexadecimal', '\x01\x1f\x7f', '"\\x01\\x1f\\x7f"'],
    ['keeps letters, marks, numbers, punctuation and symbols of all scripts', 'žluť 数€—😀', '"žluť 数€—😀"'],
    ['escapes blanks that look like nothing', 'a\u00a0b\u2028c\u3000', '"a\\u00a0b\\u2028c\\u3000"'],
    [
      'escapes what does not print, and control characters above ASCII',
      '\u200b\ufeff\u0080',
      '"\\u200b\\ufeff\\u0080"',
    ],
    ['writes eight digits where four are not enough', '\u{e0001}', '"\\U000e0001"'],
    ['replaces half a character', 'a\ud800b', '"a\ufffdb"'],
  ] as const) {
    it(what, () => expect(quote(text)).to.equal(quoted));
  }
});
