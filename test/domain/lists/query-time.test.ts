import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseQueryTime } from '../../../src/domain/lists/query-time.ts';

describe('a time in a query', () => {
  for (const [text, expected] of [
    ['2026-03-01T08:30:00Z', '2026-03-01T08:30:00.000Z'],
    ['2026-03-01t08:30:00z', '2026-03-01T08:30:00.000Z'],
    ['2026-03-01T08:30:00.123456789Z', '2026-03-01T08:30:00.123Z'],
    ['2026-03-01T08:30:00+02:00', '2026-03-01T06:30:00.000Z'],
    ['2024-02-29T23:59:59-00:30', '2024-03-01T00:29:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ] as const) {
    it(`is ${expected} for ${text}`, () => {
      expect(parseQueryTime('created_after', text).toISOString()).to.equal(expected);
    });
  }

  for (const text of [
    ...['', 'yesterday', '2026-03-01', '2026-03-01T08:30Z', '2026-03-01T08:30:00', '2026-03-01 08:30:00Z'],
    ...['2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z'],
    ...['2026-03-00T00:00:00Z', '2026-03-01T24:30:00Z', '2026-03-01T08:60:00Z', '2026-03-01T08:30:61Z'],
    ...['9999-12-31T23:59:59-23:59', '0001-01-01T00:00:00+00:01'],
    ...['2026-03-01T08:30:00+24:00', '2026-03-01T08:30:00+02', '12026-03-01T08:30:00Z', '1772353800'],
  ]) {
    it(`is not ${JSON.stringify(text)}, and the parameter is named`, () => {
      expect(() => parseQueryTime('created_before', text)).to.throw(
        /^parameter "created_before" in query has an error: must be an RFC 3339 time/,
      );
    });
  }
});
