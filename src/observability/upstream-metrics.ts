import { Counter, Gauge, type Registry } from 'prom-client';

export type BreakerState = 'closed' | 'half_open' | 'open';

const BREAKER_STATES: readonly BreakerState[] = ['closed', 'half_open', 'open'];

/** What stands in front of a service is asked for its state whenever the metrics page is read. */
export interface UpstreamState {
  /** Calls that run, and calls that wait for their turn. */
  readonly running: () => number;
  readonly waiting: () => number;
  /** The most calls that run at the same time. */
  readonly concurrency: number;
  /** `null` where the breaker is off. */
  readonly breaker: () => BreakerState | null;
}

export interface UpstreamMetrics {
  /** Calls that were not made, by why. */
  readonly refused: Counter<'service' | 'reason'>;
  /** Times a service was taken for away, probes that failed included. */
  readonly opened: Counter<'service'>;
  /** Adds the gauges of a service to the page. */
  readonly watch: (service: string, state: UpstreamState) => void;
}

/** Metrics of what stands between this service and those that it calls. `service` is one of a few names, never an address. */
export function createUpstreamMetrics(registers: Registry[]): UpstreamMetrics {
  const services = new Map<string, UpstreamState>();
  new Gauge({
    name: 'imagebuilder_upstream_breaker_state',
    help: 'State of the circuit breaker of a service: 1 for the state it is in, 0 for the others',
    labelNames: ['service', 'state'],
    // Of several processes one may have taken it for away, and another not.
    aggregator: 'max',
    registers,
    collect() {
      for (const [service, { breaker }] of services) {
        const current = breaker();
        if (current === null) continue;
        for (const state of BREAKER_STATES) this.set({ service, state }, state === current ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'imagebuilder_upstream_calls',
    help: 'Calls to a service, by state: running, or waiting for their turn',
    labelNames: ['service', 'state'],
    registers,
    collect() {
      for (const [service, { running, waiting }] of services) {
        this.set({ service, state: 'running' }, running());
        this.set({ service, state: 'waiting' }, waiting());
      }
    },
  });
  new Gauge({
    name: 'imagebuilder_upstream_calls_max',
    help: 'The most calls to a service that run at the same time',
    labelNames: ['service'],
    registers,
    collect() {
      for (const [service, { concurrency }] of services) this.set({ service }, concurrency);
    },
  });
  return {
    refused: new Counter({
      name: 'imagebuilder_upstream_refused_total',
      help: 'Calls to a service that were not made: breaker_open, queue_full or queue_timeout',
      labelNames: ['service', 'reason'],
      registers,
    }),
    opened: new Counter({
      name: 'imagebuilder_upstream_breaker_opened_total',
      help: 'Times a service was taken for away, probes that failed included',
      labelNames: ['service'],
      registers,
    }),
    watch: (service, state) => void services.set(service, state),
  };
}
