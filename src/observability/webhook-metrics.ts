import { Counter, Histogram, type Registry } from 'prom-client';
import { SampledGauge } from './sampled-gauge.ts';

const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

export interface WebhookMetrics {
  /** `outcome` is `delivered`, `retried` or `failed`. */
  readonly duration: Histogram<'outcome'>;
  readonly pending: SampledGauge;
  /** `reason` is `gone` or `failing`. */
  readonly disabled: Counter<'reason'>;
  readonly expired: Counter;
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
      help: 'Messages to webhooks that are pending, in all processes',
      // Every process reports the same value.
      aggregator: 'max',
      registers,
    }),
    disabled: new Counter({
      name: 'imagebuilder_webhooks_disabled_total',
      help: 'Webhooks that were disabled because their receiver is gone or was failing too long',
      labelNames: ['reason'],
      registers,
    }),
    expired: new Counter({
      name: 'imagebuilder_webhook_messages_expired_total',
      help: 'Messages to webhooks that were overdue for so long that they were not sent',
      registers,
    }),
  };
}
