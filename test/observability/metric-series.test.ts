import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Registry } from 'prom-client';
import { counterSeries, histogramSeries } from '../../src/observability/metric-series.ts';

describe('metric series', () => {
  it('appear on the page as prom-client writes counters', async () => {
    const registry = new Registry();
    const seriesOf = counterSeries({ name: 'x_total', help: 'x', labelNames: ['a', 'b'], registers: [registry] });
    seriesOf({ a: '1', b: '"' }).inc();
    seriesOf({ b: '"', a: '1' }).inc();
    seriesOf({ a: '2', b: '' }).inc();
    const page = '# HELP x_total x\n# TYPE x_total counter\nx_total{a="1",b="\\""} 2\nx_total{a="2",b=""} 1\n';
    expect(await registry.metrics()).to.equal(page);
    expect(await registry.metrics()).to.equal(page);
  });

  it('of histograms appear on the page as prom-client writes them', async () => {
    const registry = new Registry();
    const buckets = [0.5, 1];
    const seriesOf = histogramSeries({
      name: 'x_seconds',
      help: 'x',
      labelNames: ['a'],
      buckets,
      registers: [registry],
    });
    for (const value of [0.25, 0.5, 0.75, 1, 4]) seriesOf({ a: '1' }).observe(value);
    expect(await registry.metrics()).to.equal(
      [
        '# HELP x_seconds x',
        '# TYPE x_seconds histogram',
        'x_seconds_bucket{le="0.5",a="1"} 2',
        'x_seconds_bucket{le="1",a="1"} 4',
        'x_seconds_bucket{le="+Inf",a="1"} 5',
        'x_seconds_sum{a="1"} 6.5',
        'x_seconds_count{a="1"} 5',
        '',
      ].join('\n'),
    );
  });

  it('can be summed over processes', async () => {
    const registry = new Registry();
    histogramSeries({ name: 'x_seconds', help: 'x', labelNames: ['a'], buckets: [1], registers: [registry] })({
      a: '1',
    }).observe(2);
    const [metric] = await registry.getMetricsAsJSON();
    expect(metric).to.deep.include({ name: 'x_seconds', type: 'histogram', aggregator: 'sum' });
    expect(metric)
      .to.have.deep.property('values')
      .that.deep.includes({
        metricName: 'x_seconds_count',
        labels: { a: '1' },
        value: 1,
      });
  });
});
