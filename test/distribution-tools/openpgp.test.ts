import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  armorPublicKey,
  fingerprintOf,
  parseArmored,
  parsePackets,
  readPublicKeys,
} from '../../packages/distribution-tools/src/openpgp.ts';
import { keyOne, keySix, keyTwo } from './openpgp-fixtures.ts';

const fingerprints = (file: string | Uint8Array): (string | null)[] =>
  readPublicKeys(Buffer.from(file)).map((key) => key.fingerprint);

const binary = (...keys: { armored: string }[]): Buffer =>
  Buffer.concat(keys.flatMap(({ armored }) => parseArmored(armored)));

// A packet with a new header of one octet of length.
const packet = (tag: number, ...body: number[]): Buffer => Buffer.from([0xc0 | tag, body.length, ...body]);

describe('fingerprintOf', () => {
  for (const [version, key] of [['4', keyOne] as const, ['6', keySix] as const]) {
    it(`gives the published fingerprint of a version ${version} key`, () => {
      const primary = parsePackets(binary(key)).find((each) => each.tag === 6);
      expect(fingerprintOf(primary?.body ?? Buffer.alloc(0))).to.equal(key.fingerprint);
    });
  }

  it('does not depend on the algorithm of the key', () => {
    const body = Buffer.from([6, 0, 0, 0, 0, 31, 0, 0, 0, 2, 1, 2]);
    expect(fingerprintOf(body)).to.match(/^[0-9A-F]{64}$/);
  });

  it('returns null for other key versions', () => {
    expect(fingerprintOf(Buffer.from([3, 0, 0, 0, 0]))).to.equal(null);
    expect(fingerprintOf(Buffer.from([5, 0, 0, 0, 0]))).to.equal(null);
    expect(fingerprintOf(Buffer.alloc(0))).to.equal(null);
  });
});

describe('parseArmored', () => {
  it('decodes all blocks and skips the text around them', () => {
    const blocks = parseArmored(`pub 4096R/FD431D51\n\n${keyOne.armored}\nand\n${keyTwo.armored}`);
    expect(blocks).to.have.length(2);
    expect(Buffer.concat(blocks).equals(binary(keyOne, keyTwo))).to.equal(true);
  });

  it('returns nothing for a text without blocks', () => {
    expect(parseArmored('<html>no key</html>')).to.deep.equal([]);
  });

  const [content] = parseArmored(keyOne.armored);
  for (const [title, change] of [
    [
      'armor headers',
      (text: string) => text.replace('\n\n', '\nVersion: GnuPG v2.0.22 (GNU/Linux)\nComment: none\n\n'),
    ],
    ['a missing empty line', (text: string) => text.replace('\n\n', '\n')],
    ['a missing checksum', (text: string) => text.replace('=Wd5N\n', '')],
    ['CRLF line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['no line end at the end', (text: string) => text.trimEnd()],
  ] as const) {
    it(`accepts ${title}`, () => {
      expect(parseArmored(change(keyOne.armored))[0]?.equals(content ?? Buffer.alloc(0))).to.equal(true);
    });
  }

  for (const [title, change, message] of [
    ['a wrong checksum', (text: string) => text.replace('=Wd5N', '=Wd5M'), 'checksum'],
    ['changed data', (text: string) => text.replace('mDMEawTM', 'mDMEawTN'), 'checksum'],
    ['lost characters', (text: string) => text.replace('mDMEawTM', 'mDMEawT'), 'not base64'],
    ['other characters', (text: string) => text.replace('mDMEawTM', 'mDME-wTM'), 'not base64'],
    [
      'an empty block',
      () => '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----',
      'not base64',
    ],
    ['a block cut off', (text: string) => text.slice(0, 400), 'incomplete'],
    ['a block inside a block', (text: string) => `${text.slice(0, 400)}\n${text}`, 'incomplete'],
    ['a private key', (text: string) => text.replaceAll('PUBLIC', 'PRIVATE'), 'PRIVATE KEY BLOCK'],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => parseArmored(change(keyOne.armored))).to.throw(message);
    });
  }
});

describe('parsePackets', () => {
  it('reads every kind of length', () => {
    const cases: [title: string, header: number[], length: number][] = [
      ['new header, one octet', [0xc6, 10], 10],
      ['new header, two octets', [0xc6, 192, 8], 200],
      ['new header, five octets', [0xc6, 255, 0, 1, 0x11, 0x70], 70_000],
      ['old header, one octet', [0x98, 10], 10],
      ['old header, two octets', [0x99, 1, 44], 300],
      ['old header, four octets', [0x9a, 0, 1, 0x11, 0x70], 70_000],
    ];
    const data = Buffer.concat(cases.flatMap(([, header, length]) => [Buffer.from(header), Buffer.alloc(length, 1)]));
    const packets = parsePackets(data);
    expect(packets.map((each) => each.tag)).to.deep.equal([6, 6, 6, 6, 6, 6]);
    expect(packets.map((each) => each.body.length)).to.deep.equal(cases.map(([, , length]) => length));
    expect(Buffer.concat(packets.map((each) => each.raw)).equals(data)).to.equal(true);
  });

  for (const [title, bytes, message] of [
    ['text', [0x3c, 0x68], 'not OpenPGP'],
    ['a body cut off', [0xc6, 5, 4], 'cut off'],
    ['a length cut off', [0x99, 1], 'cut off'],
    ['a header alone', [0xc6], 'cut off'],
    ['a partial length', [0xc6, 0xe1, 4, 4], 'unknown length'],
    ['an indeterminate length', [0x9b, 4, 4], 'unknown length'],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => parsePackets(Buffer.from(bytes))).to.throw(message);
    });
  }
});

describe('readPublicKeys', () => {
  const all = [keyOne, keyTwo, keySix].map((key) => key.fingerprint);

  it('reads a file of several blocks', () => {
    expect(fingerprints(keyOne.armored + keyTwo.armored + keySix.armored)).to.deep.equal(all);
  });

  it('reads one block of several keys', () => {
    const armored = armorPublicKey({ fingerprint: null, version: 4, data: binary(keyOne, keyTwo, keySix) });
    expect(fingerprints(armored)).to.deep.equal(all);
  });

  it('reads a binary file', () => {
    expect(fingerprints(binary(keyOne, keyTwo, keySix))).to.deep.equal(all);
  });

  it('reads a text with a byte order mark', () => {
    expect(fingerprints(`\uFEFF${keyOne.armored}`)).to.deep.equal([keyOne.fingerprint]);
  });

  it('returns all packets of a key except trust packets', () => {
    const [first, second] = readPublicKeys(Buffer.concat([binary(keyOne), packet(12, 0), binary(keyTwo)]));
    expect(first?.data.equals(binary(keyOne))).to.equal(true);
    expect(second?.data.equals(binary(keyTwo))).to.equal(true);
  });

  it('reads past a key of another version', () => {
    expect(fingerprints(Buffer.concat([packet(6, 3, 0, 0), binary(keyOne)]))).to.deep.equal([null, keyOne.fingerprint]);
  });

  for (const [title, file, message] of [
    ['an empty file', '', 'no OpenPGP public key'],
    ['an error page', '<!DOCTYPE html><p>Not here</p>', 'no OpenPGP public key'],
    ['packets without a key', packet(13, 0x41), 'no OpenPGP public key'],
    ['a secret key', packet(5, 4, 0, 0, 0, 0), 'secret key'],
    ['a secret subkey', Buffer.concat([binary(keyOne), packet(7, 4)]), 'secret key'],
    ['other binary data', Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'cut off'],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => readPublicKeys(Buffer.from(file))).to.throw(message);
    });
  }
});

describe('armorPublicKey', () => {
  for (const [title, key] of [
    ['a version 4 key as GnuPG does', keyOne],
    ['a version 6 key as RFC 9580 does, without checksum', keySix],
  ] as const) {
    it(`writes ${title}`, () => {
      expect(readPublicKeys(Buffer.from(key.armored)).map(armorPublicKey)).to.deep.equal([key.armored]);
    });
  }
});
