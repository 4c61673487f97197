import { Counter, Gauge, type Registry } from 'prom-client';
import { SampledGauge } from './sampled-gauge.ts';

/** The pools of a process. */
export type PoolName = 'requests' | 'background';

export interface DatabaseMetrics {
  /** 1 while the database responds, 0 otherwise. */
  readonly up: SampledGauge;
  /** `reason` is that of a `DatabaseUnavailableError`. */
  readonly unavailable: Counter<'pool' | 'reason'>;
  /** 1 for a service that passed its last readiness check, 0 for one that failed it. */
  readonly ready: Gauge<'service'>;
}

/** Creates the metrics of what the process depends on for most operations. */
export function createDatabaseMetrics(registers: Registry[]): DatabaseMetrics {
  return {
    up: new SampledGauge({
      name: 'imagebuilder_database_up',
      help: 'Whether the database responds to this process: 1 or 0',
      // One process that cannot reach it is enough for an alert.
      aggregator: 'min',
      registers,
    }),
    unavailable: new Counter({
      name: 'imagebuilder_database_unavailable_total',
      help: 'Calls of the database that failed: unreachable, pool_timeout (no connection was free), statement_timeout, lock_timeout',
      labelNames: ['pool', 'reason'],
      registers,
    }),
    ready: new Gauge({
      name: 'imagebuilder_readiness_check',
      help: 'Result of the last readiness check of a service: 1 or 0',
      labelNames: ['service'],
      aggregator: 'min',
      registers,
    }),
  };
}
