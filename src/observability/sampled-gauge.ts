import { Gauge, type GaugeConfiguration } from 'prom-client';
import { createCachedCall } from '../lib/cached-call.ts';
import { waitAtMost } from '../lib/timeout.ts';

/** Milliseconds for which a sample is cached. */
const CACHE_TIME = 15_000;

/** Milliseconds until the page shows the previous sample instead. */
const TIMEOUT = 1_000;

/** A gauge that reads its value when the metrics page is rendered. */
export class SampledGauge extends Gauge {
  readonly #sample = createCachedCall<number>(CACHE_TIME);
  #read: (() => Promise<number>) | null = null;

  constructor(configuration: GaugeConfiguration<string>) {
    super({ ...configuration, collect: () => this.#collect() });
  }

  /** Sets the reader of the value. A failed read leaves the previous value. */
  watch(read: () => Promise<number>): void {
    this.#read = read;
  }

  async #collect(): Promise<void> {
    if (this.#read === null) return;
    const sampled = this.#sample(this.#read).then(
      (value) => this.set(value),
      () => {},
    );
    await waitAtMost(TIMEOUT, sampled);
  }
}
