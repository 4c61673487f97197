import { expect } from 'chai';
import { describe, it } from 'mocha';
import { toComposerDirectory, toComposerFile } from '../../../src/domain/compose-requests/files.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { refusalOf } from './support.ts';

type PublicFile = NonNullable<Customizations['files']>[number];

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const decoded = (data: string): string | undefined =>
  toComposerFile({ path: '/f', data, data_encoding: 'base64' }).data;

const DECODED: readonly (readonly [title: string, data: string, text: string])[] = [
  ['no character', '', ''],
  ['one character', 'QQ==', 'A'],
  ['two characters', 'QUI=', 'AB'],
  ['three characters', 'QUJD', 'ABC'],
  ['characters of several bytes', base64('größe 密码 🙂'), 'größe 密码 🙂'],
  ['line breaks inside and around', '\r\nQU\nJD\r\n', 'ABC'],
  ['both characters beside letters and digits', 'Pz8/Pj4+', '???>>>'],
  ['bits behind the last character, which do not count', 'QR==', 'A'],
  ['a NUL', base64('a\0b'), 'a\0b'],
  ['a byte order mark, which is kept', base64('\uFEFFa'), '\uFEFFa'],
];

const NOT_BASE64: readonly (readonly [title: string, data: string])[] = [
  ['no padding', 'QQ'],
  ['half of the padding', 'QQ='],
  ['padding alone', '===='],
  ['too much padding', 'QUJD===='],
  ['something behind the padding', 'QQ==QQ=='],
  ['a single character', 'Q'],
  ['a blank', 'QU JD'],
  ['a tab', 'QU\tJD'],
  ['a no-break space', 'QU\u00A0JD'],
  ['the alphabet for addresses', '-_-_'],
  ['plain text', 'hello, world'],
];

const NOT_TEXT: readonly (readonly [title: string, bytes: readonly number[]])[] = [
  ['a byte that begins no character', [0xff]],
  ['a character cut off', [0x61, 0xc3]],
  ['a character written too long', [0xc0, 0x80]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
];

const OWNERS: readonly (string | number)[] = ['root', '0', '', 0, 1000, -1, Number.MAX_SAFE_INTEGER];

describe('files', () => {
  for (const [title, data, text] of DECODED) {
    it(`in base64 may hold ${title}`, () => expect(decoded(data)).to.equal(text));
  }

  for (const [title, data] of NOT_BASE64) {
    it(`in base64 are refused by name for ${title}`, () => {
      expect(refusalOf(() => decoded(data))).to.deep.equal({
        ...{ kind: 'invalid', text: 'file "/f": data is not base64 (standard alphabet, with padding)' },
      });
    });
  }

  for (const [title, bytes] of NOT_TEXT) {
    it(`in base64 are refused by name for ${title}`, () => {
      expect(refusalOf(() => decoded(base64(Buffer.from(bytes))))).to.deep.equal({
        ...{ kind: 'invalid', text: 'file "/f": data is not UTF-8 text' },
      });
    });
  }

  for (const encoding of [undefined, 'plain'] as const) {
    it(`keep data that is not encoded (${encoding ?? 'encoding not given'}), even if it looks encoded`, () => {
      const file: PublicFile = { path: '/f', data: 'QUJD', ...(encoding ? { data_encoding: encoding } : {}) };
      expect(toComposerFile(file)).to.deep.equal({ path: '/f', data: 'QUJD', ensure_parents: false });
    });
  }

  for (const encoding of ['plain', 'base64'] as const) {
    it(`without data stay without data (${encoding})`, () => {
      expect(toComposerFile({ path: '/f', data_encoding: encoding })).to.deep.equal({
        path: '/f',
        ensure_parents: false,
      });
    });
  }

  it('keep mode, owner and whether parents are made, and lose only their encoding', () => {
    const file: PublicFile = { path: '/f', mode: '0644', user: 'u', group: 5, data: '', ensure_parents: true };
    expect(toComposerFile({ ...file, data_encoding: 'plain' })).to.deep.equal(file);
  });

  for (const owner of OWNERS) {
    it(`and directories keep the owner ${JSON.stringify(owner)} in its JSON type`, () => {
      const given = { path: '/x', user: owner, group: owner };
      expect(toComposerFile(given)).to.deep.equal({ ...given, ensure_parents: false });
      expect(toComposerDirectory(given)).to.deep.equal({ ...given, ensure_parents: false });
    });
  }
});

describe('directories', () => {
  it('keep what they have', () => {
    const directory = { path: '/d', mode: '0755', user: 1, group: 'g', ensure_parents: true };
    expect(toComposerDirectory(directory)).to.deep.equal(directory);
  });

  it('say that parents are not made unless asked for', () => {
    expect(toComposerDirectory({ path: '/d' })).to.deep.equal({ path: '/d', ensure_parents: false });
  });
});
