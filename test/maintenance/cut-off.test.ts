import { expect } from 'chai';
import { describe, it } from 'mocha';
import { monthsBefore } from '../../src/maintenance/cut-off.ts';

describe('the cut-off of maintenance', () => {
  const cases = [
    ['2026-11-24T10:20:30.456Z', 24, '2024-11-24T10:20:30.456Z'],
    ['2026-01-15T00:00:00.000Z', 1, '2025-12-15T00:00:00.000Z'],
    ['2026-03-31T12:00:00.000Z', 1, '2026-03-03T12:00:00.000Z'],
    ['2024-03-31T12:00:00.000Z', 1, '2024-03-02T12:00:00.000Z'],
    ['2026-05-31T23:59:59.999Z', 3, '2026-03-03T23:59:59.999Z'],
    ['2024-02-29T01:00:00.000Z', 12, '2023-03-01T01:00:00.000Z'],
    ['2026-12-31T00:00:00.000Z', 6, '2026-07-01T00:00:00.000Z'],
    ['2026-06-15T00:00:00.000Z', 1200, '1926-06-15T00:00:00.000Z'],
  ] as const;
  for (const [now, months, expected] of cases) {
    it(`${months} months before ${now} is ${expected}`, () => {
      expect(monthsBefore(new Date(now), months).toISOString()).to.equal(expected);
    });
  }
});
