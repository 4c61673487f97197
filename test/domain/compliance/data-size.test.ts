import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseDataSize } from '../../../src/domain/compliance/data-size.ts';

describe('data sizes', () => {
  for (const [text, bytes] of [
    ['0', 0],
    ['4096', 4096],
    [' 4096 ', 4096],
    ['1 kB', 1000],
    ['1KiB', 1024],
    ['2 MB', 2_000_000],
    ['2MiB', 2_097_152],
    ['10 GB', 10_000_000_000],
    ['10 GiB', 10_737_418_240],
    ['1.5 GiB', 1_610_612_736],
    ['0.5kB', 500],
    ['1 TB', 1_000_000_000_000],
    ['1 TiB', 1_099_511_627_776],
    ['0.0001 kB', 0],
  ] as const) {
    it(`reads ${text}`, () => expect(parseDataSize(text)).to.equal(bytes));
  }

  for (const text of [
    '',
    'GiB',
    '1.5',
    '-1',
    '1 GIB',
    '1 gb',
    '1 PB',
    '1 GiB x',
    '1.5.5 GB',
    '1e3',
    '0x10',
    '9000 TiB 1',
    '99999999 TiB',
  ]) {
    it(`does not read ${JSON.stringify(text)}`, () => expect(parseDataSize(text)).to.equal(null));
  }
});
