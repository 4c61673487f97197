import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseSnapshotDate } from '../../../src/domain/compose-requests/snapshot-date.ts';
import { refusalOf } from './support.ts';

const ACCEPTED: readonly (readonly [given: string, asked: string])[] = [
  ['2026-03-01', '2026-03-01T00:00:00Z'],
  ['2024-02-29', '2024-02-29T00:00:00Z'],
  ['2000-02-29', '2000-02-29T00:00:00Z'],
  ['0001-01-01', '0001-01-01T00:00:00Z'],
  ['9999-12-31', '9999-12-31T00:00:00Z'],
  ['2025-11-26T00:00:00Z', '2025-11-26T00:00:00Z'],
  ['2025-11-26T00:00:00.000Z', '2025-11-26T00:00:00Z'],
  ['2025-11-26T12:34:56.999999999Z', '2025-11-26T12:34:56Z'],
  ['2024-03-01T10:00:00.123+02:00', '2024-03-01T08:00:00Z'],
  ['2025-03-01T01:00:00+02:00', '2025-02-28T23:00:00Z'],
  ['2025-12-31T23:30:00-01:00', '2026-01-01T00:30:00Z'],
  ['2025-01-01T00:00:00+23:59', '2024-12-31T00:01:00Z'],
  ['2025-01-01T00:00:00-00:00', '2025-01-01T00:00:00Z'],
];

const NO_DATES = ['', 'yesterday', '20260301', '2026-3-1', '26-03-01', '12026-03-01', '+2026-03-01', '2026-03-01 '];
const NO_DAYS = ['2026-00-01', '2026-13-01', '2026-02-29', '1900-02-29', '2026-04-31', '2026-01-00', '2026-01-32'];
const NO_MOMENTS = [
  ...['2026-03-01T', '2026-03-01T00:00Z', '2026-03-01T00:00:00', '2026-03-01 00:00:00Z', '2026-03-01t00:00:00Z'],
  ...['2026-03-01T00:00:00z', '2026-03-01T24:00:00Z', '2026-03-01T00:60:00Z', '2026-03-01T00:00:60Z'],
  ...['2026-03-01T00:00:00+2:00', '2026-03-01T00:00:00+0100', '2026-03-01T00:00:00+25:00', '2026-03-01T00:00:00+01:60'],
  ...['2026-03-01T1:00:00Z', '2026-03-01T00:00:00,5Z', '2026-03-01T00:00:00.Z', ' 2026-03-01', '2026-03-01T00:00:00ZZ'],
  // In UTC, these years do not have four digits.
  ...['0000-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00'],
  ...['2026-02-30T00:00:00Z', '2026-03-01\n', '２026-03-01'],
];

describe('snapshot date', () => {
  for (const [given, asked] of ACCEPTED) {
    it(`${given} asks for ${asked}`, () => expect(parseSnapshotDate(given)).to.equal(asked));
  }

  for (const text of [...NO_DATES, ...NO_DAYS, ...NO_MOMENTS]) {
    it(`refuses ${JSON.stringify(text)} and says what would do`, () => {
      expect(refusalOf(() => parseSnapshotDate(text))).to.deep.equal({
        kind: 'invalid',
        text: `Snapshot date ${text} is not in DateOnly (yyyy-mm-dd) or RFC3339 (yyyy-mm-ddThh:mm:ssZ) format`,
      });
    });
  }
});
