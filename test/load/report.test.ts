import { expect } from 'chai';
import { describe, it } from 'mocha';
import { latencyPlot } from '../../scripts/load/latency-plot.ts';
import { evaluate, type Sample } from '../../scripts/load/objectives.ts';
import { htmlReport, textReport, type LoadResult } from '../../scripts/load/report.ts';
import { percentile } from '../../scripts/load/statistics.ts';

const reads: readonly Sample[] = Array.from({ length: 100 }, (_, i) => ({
  ...{ kind: 'read', name: 'GET /composes', at: i * 100, duration: i + 1, outcome: i < 90 ? 200 : 500 },
}));

const resultOf = (samples: readonly Sample[], more: Partial<LoadResult> = {}): LoadResult => ({
  ...{ target: 'http://localhost/api', started: new Date('2026-01-02T03:04:05Z'), seconds: 10, late: 0, leftOut: [] },
  ...{ rates: { read: 10, build: 0 }, samples, evaluations: evaluate(samples) },
  ...more,
});

describe('percentile', () => {
  const cases: readonly (readonly [values: number[], part: number, expected: number | null])[] = [
    [[], 0.5, null],
    [[7], 0.5, 7],
    [[7], 0, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 3, 2, 1], 0.5, 2],
    [[4, 3, 2, 1], 0.51, 3],
    [[4, 3, 2, 1], 1, 4],
  ];
  for (const [values, part, expected] of cases) {
    it(`${part} of ${JSON.stringify(values)} is ${expected}`, () =>
      expect(percentile(values, part)).to.equal(expected));
  }
});

describe('the report of a load', () => {
  it('has a line for each objective with its result, and for each request with its statuses and latencies', () => {
    expect(textReport(resultOf(reads)).split('\n')).to.deep.equal([
      'BROKEN       read-latency: 90.00 % of 100, at least 95.00 % successful reads within 0.5 s',
      'not measured compose-latency requests for a compose with a response within 4 s',
      'not measured compose-stability requests for a compose without a 5xx',
      'GET /composes    100  p50 50  p95 95  p99 99  max 100 ms  200 × 90, 500 × 10',
    ]);
  });

  it('never rounds a share up to its target', () => {
    const samples = Array.from({ length: 100_000 }, (_, i) => ({ ...reads[0]!, outcome: i < 94_999 ? 200 : 500 }));
    expect(textReport(resultOf(samples))).to.match(/^BROKEN .*: 94\.99 % of 100000/);
  });

  it('names skipped requests, and warns when the measuring machine was too busy', () => {
    expect(textReport(resultOf(reads))).not.to.match(/Left out|were sent/);
    const noted = textReport(resultOf(reads, { leftOut: ['GET /blueprints/{id}'], late: 400 }));
    expect(noted).to.include('Skipped, because the service has no such object: GET /blueprints/{id}.');
    expect(noted).to.include('Requests were sent up to 400 ms late');
  });

  it('is one HTML document with a plot for each kind of request that was sent', () => {
    const html = htmlReport(resultOf(reads));
    expect(html)
      .to.match(/^<!doctype html>/)
      .and.to.include('Broken: read-latency')
      .and.to.include('200 × 90, 500 × 10');
    expect(html.match(/<svg /g)).to.have.length(1);
    const build: Sample = { ...reads[0]!, kind: 'build', name: 'POST /compose' };
    expect(htmlReport(resultOf([...reads, build])).match(/<svg /g)).to.have.length(2);
    expect(htmlReport(resultOf([]))).not.to.include('<svg');
  });

  it('takes nothing for markup that it was given', () => {
    const html = htmlReport(resultOf([{ ...reads[0]!, outcome: '<b>' }], { target: 'http://localhost/"><script>' }));
    expect(html).not.to.include('<script>').and.not.to.include('<b>');
  });
});

describe('the latency plot', () => {
  const pointsOf = (svg: string, label: string): readonly (readonly number[])[] =>
    (new RegExp(`<g class="${label}"[^>]*><polyline points="([^"]*)"`).exec(svg)?.[1] ?? '')
      .split(' ')
      .map((point) => point.split(',').map(Number));

  it('has a point for every second, in order, and lines for three percentiles', () => {
    const svg = latencyPlot(reads.toReversed(), { seconds: 10, bound: null });
    for (const label of ['p50', 'p95', 'p99']) {
      const xs = pointsOf(svg, label).map(([x]) => x ?? NaN);
      expect(xs).to.have.length(10);
      expect(xs).to.deep.equal(xs.toSorted((a, b) => a - b));
    }
  });

  it('puts what takes longer higher, and what is off the scale at its end', () => {
    const at = (duration: number): number =>
      pointsOf(latencyPlot([{ ...reads[0]!, duration }], { seconds: 1, bound: null }), 'p50')[0]?.[1] ?? NaN;
    expect(at(10)).to.be.above(at(100));
    expect(at(100)).to.be.above(at(1_000));
    expect(at(0.01)).to.equal(at(1));
    expect(at(60_000)).to.equal(at(10_000));
  });

  it('draws the bound of the objective where there is one, at its height', () => {
    expect(latencyPlot(reads, { seconds: 10, bound: null })).not.to.include('class="bound"');
    const svg = latencyPlot([{ ...reads[0]!, duration: 500 }], { seconds: 1, bound: 500 });
    const [, y] = /<g class="bound"><line [^>]*y1="([\d.]+)"/.exec(svg) ?? [];
    expect(Number(y)).to.equal(pointsOf(svg, 'p50')[0]?.[1]);
  });

  it('has at most 120 points on a line, however long the load was', () => {
    const day = Array.from({ length: 2_000 }, (_, i) => ({ ...reads[0]!, at: (i * 86_400_000) / 2_000 }));
    expect(pointsOf(latencyPlot(day, { seconds: 86_400, bound: null }), 'p50')).to.have.length(120);
  });
});
