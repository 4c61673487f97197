import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseReport, type BenchReport } from '../../scripts/bench/report.ts';

const report: BenchReport = {
  takenAt: '2026-03-01T12:30:00.000Z',
  machine: { node: 'v26.10.0', processor: 'a processor', cores: 2, load: 0.5, postgres: '18.4' },
  method: {
    ...{ generator: 'wrk', rounds: 3, seconds: 3, organizations: 500, countsStatements: true, env: {}, peer: null },
  },
  distributions: 'built-in',
  rows: [],
  oneTenant: [],
  starts: [500],
  memory: null,
  idle: [],
  adoption: 1_500,
  large: null,
};

describe('the file of figures', () => {
  it('is read as it was written', () => {
    expect(parseReport(JSON.stringify(report))).to.deep.equal(report);
  });

  for (const text of ['null', '[]', '{}', '{"rows":1,"starts":[]}', '{"rows":[],"starts":[]}']) {
    it(`is refused when it is something else: ${text}`, () => {
      expect(() => parseReport(text)).to.throw('no figures');
    });
  }
});
