import { Counter, Gauge, type Registry } from 'prom-client';
import { SampledGauge } from './sampled-gauge.ts';

/** The pools of a process. */
export type PoolName = 'requests' | 'background';

export interface DatabaseMetrics {
  /** 1 while the database responds, 0 otherwise. */
  readonly up: SampledGauge;
  /** `reason` is that of a `DatabaseUnavailableError`. */
  readonly unavailable: Counter<'pool' | 'reason'>;
  /** Failures of the server itself: `disk`, `memory`, `corruption`, `read_only`. */
  readonly faults: Counter<'pool' | 'fault'>;
  /** Seconds for which an open transaction has delayed all later events. */
  readonly eventsHeldBack: SampledGauge;
  /** 1 for a service that passed its last readiness check, 0 for one that failed it. */
  readonly ready: Gauge<'service'>;
}

const POOLS: readonly PoolName[] = ['requests', 'background'];
const REASONS = ['unreachable', 'pool_timeout', 'statement_timeout', 'lock_timeout'] as const;
const FAULTS = ['disk', 'memory', 'corruption', 'read_only'] as const;

/** A counter that starts at 0 shows its first increment to alerts. */
const fromZero = <Label extends string>(counter: Counter<'pool' | Label>, label: Label, values: readonly string[]) => {
  for (const pool of POOLS) {
    for (const value of values) counter.inc({ pool, [label]: value } as Record<'pool' | Label, string>, 0);
  }
  return counter;
};

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
    unavailable: fromZero(
      new Counter({
        name: 'imagebuilder_database_unavailable_total',
        help: 'Calls of the database that failed: unreachable, pool_timeout (no connection was free), statement_timeout, lock_timeout',
        labelNames: ['pool', 'reason'],
        registers,
      }),
      'reason',
      REASONS,
    ),
    faults: fromZero(
      new Counter({
        name: 'imagebuilder_database_server_faults_total',
        help: 'Statements that failed because of the server: disk (full or failing), memory, corruption, read_only (a standby)',
        labelNames: ['pool', 'fault'],
        registers,
      }),
      'fault',
      FAULTS,
    ),
    eventsHeldBack: new SampledGauge({
      name: 'imagebuilder_events_held_back_seconds',
      help: 'Time for which an open transaction has delayed all later events',
      // Every process reports the same value.
      aggregator: 'max',
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
