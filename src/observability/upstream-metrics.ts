import { Counter, Gauge, type Registry } from 'prom-client';

export type BreakerState = 'closed' | 'half_open' | 'open';

const BREAKER_STATES: readonly BreakerState[] = ['closed', 'half_open', 'open'];

/** State of a service's guard, read when the metrics page is rendered. */
export interface UpstreamState {
  readonly running: () => number;
  readonly waiting: () => number;
  readonly concurrency: number;
  /** `null` if the circuit breaker is disabled. */
  readonly breaker: () => BreakerState | null;
}

export interface UpstreamMetrics {
  readonly refused: Counter<'service' | 'reason'>;
  readonly opened: Counter<'service'>;
  /** Attempts to get a token for a service that failed. */
  readonly tokenFailures: Counter<'service'>;
  /** Registers the gauges of a service. */
  readonly watch: (service: string, state: UpstreamState) => void;
}

export function createUpstreamMetrics(registers: Registry[]): UpstreamMetrics {
  const services = new Map<string, UpstreamState>();
  new Gauge({
    name: 'imagebuilder_upstream_breaker_state',
    help: 'State of the circuit breaker of a service: 1 for the state it is in, 0 for the others',
    labelNames: ['service', 'state'],
    // The circuit breakers of several processes may differ.
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
      help: 'Times the circuit breaker of a service opened, failed probes included',
      labelNames: ['service'],
      registers,
    }),
    tokenFailures: new Counter({
      name: 'imagebuilder_upstream_token_failures_total',
      help: 'Attempts to get a token for a service that failed',
      labelNames: ['service'],
      registers,
    }),
    watch: (service, state) => void services.set(service, state),
  };
}
