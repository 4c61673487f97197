// Counters and histograms for the request path: a series is looked up once and then counted in a plain object.
// Looking up labels in prom-client costs more than a short request.
import { Counter, Histogram, type Registry } from 'prom-client';

interface SeriesDefinition<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: Label[];
  readonly registers: Registry[];
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;

export class CounterSeries {
  value = 0;
  inc(): void {
    this.value += 1;
  }
}

const seriesByLabels = <Label extends string, Series>(labelNames: readonly Label[], make: () => Series) => {
  const known = new Map<string, { labels: Labels<Label>; series: Series }>();
  return {
    all: () => known.values(),
    of: (labels: Labels<Label>): Series => {
      const key = JSON.stringify(labelNames.map((name) => labels[name]));
      let entry = known.get(key);
      if (!entry) known.set(key, (entry = { labels, series: make() }));
      return entry.series;
    },
  };
};

export type SeriesOf<Label extends string, Series> = (labels: Labels<Label>) => Series;

/** Registers a counter; returns a function that finds its series by labels. */
export function counterSeries<Label extends string>(
  definition: SeriesDefinition<Label>,
): SeriesOf<Label, CounterSeries> {
  const series = seriesByLabels(definition.labelNames, () => new CounterSeries());
  new Counter({
    ...definition,
    collect() {
      this.reset();
      for (const entry of series.all()) this.inc(entry.labels, entry.series.value);
    },
  });
  return series.of;
}

export class HistogramSeries {
  readonly #bounds: readonly number[];
  /** Values per bucket, not cumulative; the last bucket is unbounded. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let at = 0;
    // Most values are in the first buckets.
    while (at < this.#bounds.length && value > (this.#bounds[at] as number)) at += 1;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += value;
  }
}

interface PageLine<Label extends string> {
  readonly metricName: string;
  readonly labels: { readonly le?: string | number };
  readonly sharedLabels: Labels<Label>;
  readonly value: number;
}

interface Page<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly PageLine<Label>[];
}

class SeriesHistogram<Label extends string> extends Histogram<Label> {
  readonly #page: () => Page<Label>;
  constructor(definition: SeriesDefinition<Label> & { buckets: number[] }, values: () => readonly PageLine<Label>[]) {
    super(definition);
    const { name, help } = definition;
    this.#page = () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() });
  }

  /** prom-client calls this to render the page. */
  getForPromString(): Promise<Page<Label>> {
    return Promise.resolve(this.#page());
  }
}

/**
 * Registers a histogram; returns a function that finds its series by labels.
 * @param definition `buckets` are ascending upper bounds, in seconds
 */
export function histogramSeries<Label extends string>(
  definition: SeriesDefinition<Label> & { buckets: number[] },
): SeriesOf<Label, HistogramSeries> {
  const { name, buckets } = definition;
  const series = seriesByLabels(definition.labelNames, () => new HistogramSeries(buckets));
  const linesOf = (labels: Labels<Label>, { counts, sum }: HistogramSeries): PageLine<Label>[] => {
    const line = (part: string, value: number, le?: string | number): PageLine<Label> => ({
      metricName: `${name}_${part}`,
      labels: le === undefined ? {} : { le },
      sharedLabels: labels,
      value,
    });
    let count = 0;
    const within = counts.map((more, at) => line('bucket', (count += more), buckets[at] ?? '+Inf'));
    return [...within, line('sum', sum), line('count', count)];
  };
  new SeriesHistogram(definition, () => [...series.all()].flatMap((entry) => linesOf(entry.labels, entry.series)));
  return series.of;
}
