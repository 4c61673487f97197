import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseReport, type BenchReport } from '../../scripts/bench/report.ts';

const report: BenchReport = {
  takenAt: '2026-03-01T12:30:00.000Z',
  machine: { node: 'v26.10.0', processor: 'a processor', cores: 2, load: 0.5 },
  method: { generator: 'wrk', connections: 32, rounds: 3, seconds: 3, env: {} },
  distributions: 'built-in',
  rows: [],
  starts: [500],
  memory: null,
  large: null,
};

describe('the file of figures', () => {
  it('is read as it was written', () => {
    expect(parseReport(JSON.stringify(report))).to.deep.equal(report);
  });

  for (const text of ['null', '[]', '{}', '{"rows":1,"starts":[]}']) {
    it(`is refused when it is something else: ${text}`, () => {
      expect(() => parseReport(text)).to.throw('no figures');
    });
  }
});
