import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isTimestamp, parseTimestampParameter } from '../../../src/domain/lists/time.ts';

describe('a time of the query', () => {
  for (const [text, stamp] of [
    ['2026-03-01T08:30:00Z', '2026-03-01 08:30:00.000'],
    ['2026-03-01t08:30:00z', '2026-03-01 08:30:00.000'],
    ['2026-03-01T08:30:00.123456789Z', '2026-03-01 08:30:00.123'],
    ['2026-03-01T08:30:00+01:00', '2026-03-01 07:30:00.000'],
    ['2024-02-29T00:00:00-23:59', '2024-02-29 23:59:00.000'],
    ['0001-01-01T00:00:00Z', '0001-01-01 00:00:00.000'],
    ['9999-12-31T23:59:59Z', '9999-12-31 23:59:59.000'],
  ] as const) {
    it(`is read: ${text}`, () => {
      expect(parseTimestampParameter('created_after', text)).to.equal(stamp);
    });
  }

  it('may be missing', () => {
    expect(parseTimestampParameter('created_after', undefined)).to.equal(null);
  });

  for (const text of [
    ...['', 'yesterday', '2026-03-01', '2026-03-01T08:30Z', '2026-03-01T08:30:00', '2026-03-01 08:30:00Z'],
    ...['2026-02-30T00:00:00Z', '2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T25:00:00Z'],
    ...['2026-01-01T23:59:60Z', '2026-01-01T00:00:00+25:00', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+01:00'],
    ...['9999-12-31T23:59:59-01:00', '2026-03-01T08:30:00 01:00', '+02026-03-01T08:30:00Z', 'infinity'],
  ]) {
    it(`is refused with its name: ${text}`, () => {
      expect(() => parseTimestampParameter('created_before', text)).to.throw(
        /^parameter "created_before" in query has an error: must be an RFC 3339 time/,
      );
    });
  }
});

describe('a time of a table', () => {
  it('is told from other texts', () => {
    for (const text of ['2026-03-01 08:30:00', '2026-03-01 08:30:00.1', '2024-02-29 23:59:59.123456'])
      expect(isTimestamp(text), text).to.equal(true);
    for (const text of [
      ...['', 'infinity', '2026-03-01', '2026-02-29 00:00:00', '2026-03-01 24:30:00', '2026-03-01T08:30:00'],
      ...['0000-01-01 00:00:00', '2026-03-01 08:30:00.1234567', '2026-03-01 08:61:00', "2026-03-01 08:30:00'"],
    ])
      expect(isTimestamp(text), text).to.equal(false);
  });
});
