import { Counter, Histogram, type Registry } from 'prom-client';
import { SampledGauge } from './sampled-gauge.ts';

/** Upper bounds of the time an attempt takes, in seconds. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** Metrics of messages to webhooks. */
export interface WebhookMetrics {
  /** Attempts to deliver a message, by what came of them: `delivered`, `retried` later, or `failed` for good. */
  readonly duration: Histogram<'outcome'>;
  /** Messages that are on their way, those of all processes. */
  readonly pending: SampledGauge;
  /** Webhooks that were disabled: their receiver is `gone`, or was `failing` too long. */
  readonly disabled: Counter<'reason'>;
}

export function createWebhookMetrics(registers: Registry[]): WebhookMetrics {
  return {
    duration: new Histogram({
      name: 'imagebuilder_webhook_delivery_duration_seconds',
      help: 'Time spent on attempts to deliver a message to a webhook, by outcome: delivered, retried, failed',
      labelNames: ['outcome'],
      buckets: BUCKETS,
      registers,
    }),
    pending: new SampledGauge({
      name: 'imagebuilder_webhook_deliveries_pending',
      help: 'Messages to webhooks that are still to be delivered, those of all processes',
      // Every process reports the same.
      aggregator: 'max',
      registers,
    }),
    disabled: new Counter({
      name: 'imagebuilder_webhooks_disabled_total',
      help: 'Webhooks that were disabled because their receiver is gone or was failing too long',
      labelNames: ['reason'],
      registers,
    }),
  };
}
