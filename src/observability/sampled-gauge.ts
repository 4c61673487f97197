import { Gauge, type GaugeConfiguration } from 'prom-client';
import { createCachedCall } from '../lib/cached-call.ts';
import { waitAtMost } from '../lib/timeout.ts';

/** Milliseconds for which a sample serves further readers of the metrics page. */
const REUSE = 15_000;

/** Milliseconds that a reader of the metrics page waits for a sample; then it gets the previous one. */
const PATIENCE = 1_000;

/** A gauge whose value is read when the metrics page is, and never else. */
export class SampledGauge extends Gauge {
  readonly #sample = createCachedCall<number>(REUSE);
  #read: (() => Promise<number>) | null = null;

  constructor(configuration: GaugeConfiguration<string>) {
    super({ ...configuration, collect: () => this.#collect() });
  }

  /** Reads the value from here on. A failed read leaves the previous value. */
  watch(read: () => Promise<number>): void {
    this.#read = read;
  }

  async #collect(): Promise<void> {
    if (this.#read === null) return;
    const sampled = this.#sample(this.#read).then(
      (value) => this.set(value),
      () => {},
    );
    await waitAtMost(PATIENCE, sampled);
  }
}
