import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { createDatabaseMetrics, type DatabaseMetrics } from './database-metrics.ts';
import { createEventMetrics, type EventMetrics } from './event-metrics.ts';
import { createPolicyFileMetrics, type PolicyFileMetrics } from './policy-metrics.ts';
import { SampledGauge } from './sampled-gauge.ts';
import { createProtectionMetrics, type ProtectionMetrics } from './protection-metrics.ts';
import { createWebhookMetrics, type WebhookMetrics } from './webhook-metrics.ts';
import { watchMaintenance, type MaintenanceSource } from './maintenance-metrics.ts';
import { createUpstreamMetrics, type UpstreamMetrics } from './upstream-metrics.ts';

/** Upper bounds in seconds. Dashboards compute the latency objective from the 0.5 bucket. */
const LATENCY_BUCKETS = [0.025, 0.05, 0.075, 0.1, 0.2, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20];

/** Upper bounds in seconds: the objectives (0.5 and 4), and others to distinguish memory reads from hanging calls. */
const OPERATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 60];

/** Milliseconds between samples of the event loop's lag. Each sample wakes an idle process. */
const LAG_INTERVAL = 250;

/** State that gauges read when the page is rendered. */
export interface ProcessState {
  readonly running: () => number;
  readonly connections: () => { readonly idle: number; readonly used: number; readonly waiting: number };
  readonly maxConnections: number;
  readonly unknownBuilds: () => Promise<number>;
  readonly pendingDeliveries: () => Promise<number>;
  /** Seconds for which an open transaction has delayed events. */
  readonly eventsHeldBack: () => Promise<number>;
  /** Rejects while the database does not respond. */
  readonly pingDatabase: () => Promise<unknown>;
  readonly maintenance: MaintenanceSource;
}

export interface Metrics {
  readonly registers: readonly Registry[];
  readonly page: () => Promise<{ contentType: string; text: string }>;
  /** Compatibility: existing dashboards and alerts query these four names and their labels. */
  readonly requestCount: Counter<'method' | 'path' | 'code'>;
  readonly requestDuration: Histogram<'path'>;
  readonly composeRequests: Counter;
  readonly composeErrors: Counter;
  /** Every request with an operation; `status` is a class: `2xx`. */
  readonly operationDuration: Histogram<'operation' | 'status'>;
  /** `outcome` is the status or the error code. */
  readonly upstreamDuration: Histogram<'service' | 'operation' | 'outcome'>;
  readonly upstreams: UpstreamMetrics;
  readonly protection: ProtectionMetrics;
  readonly events: EventMetrics;
  readonly database: DatabaseMetrics;
  readonly lintUnavailable: Counter;
  /** Composes that needed reconciliation, by outcome. */
  readonly buildSettlements: Counter<'outcome'>;
  readonly unknownBuilds: SampledGauge;
  /** `build_failed` counts runs of which a build failed later. */
  readonly scheduleRuns: Counter<'outcome'>;
  readonly webhooks: WebhookMetrics;
  readonly policyFiles: PolicyFileMetrics;
  /** Registers the gauges of a process; once per `Metrics`. */
  readonly watch: (state: ProcessState) => void;
}

const watchState = (registers: Registry[], state: ProcessState): void => {
  new Gauge({
    name: 'imagebuilder_requests_in_flight',
    help: 'Requests below the API prefixes in flight',
    registers,
    collect() {
      this.set(state.running());
    },
  });
  new Gauge({
    name: 'imagebuilder_database_connections',
    help: 'Connections of the pool, by state: used or idle',
    labelNames: ['state'],
    registers,
    collect() {
      const { idle, used } = state.connections();
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'used' }, used);
    },
  });
  new Gauge({
    name: 'imagebuilder_database_connections_max',
    help: 'The most connections the pool opens',
    registers,
  }).set(state.maxConnections);
  new Gauge({
    name: 'imagebuilder_database_waiting',
    help: 'Queries that wait for a connection',
    registers,
    collect() {
      this.set(state.connections().waiting);
    },
  });
};

/** The default metrics contain the lag of the event loop; the rate of this counter is its utilization. */
const watchEventLoop = (registers: Registry[]): void => {
  new Counter({
    name: 'imagebuilder_event_loop_active_seconds_total',
    help: 'Time the event loop was not idle',
    registers,
    collect() {
      this.reset();
      this.inc(performance.eventLoopUtilization().active / 1000);
    },
  });
};

export async function pageOf(registers: readonly Registry[]): Promise<{ contentType: string; text: string }> {
  const texts = await Promise.all(registers.map((register) => register.metrics()));
  return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: texts.map((text) => `${text.trimEnd()}\n`).join('') };
}

const createRequestMetrics = (registers: Registry[]) => ({
  requestCount: new Counter({
    name: 'image_builder_crc_request_count',
    help: 'Requests below the API prefixes, by method, path template and status',
    labelNames: ['method', 'path', 'code'],
    registers,
  }),
  requestDuration: new Histogram({
    name: 'image_builder_crc_http_duration_seconds',
    help: 'Time spent on validated requests, by path template',
    labelNames: ['path'],
    buckets: LATENCY_BUCKETS,
    registers,
  }),
  composeRequests: new Counter({
    name: 'image_builder_crc_compose_requests_total',
    help: 'Validated requests for a compose',
    registers,
  }),
  composeErrors: new Counter({
    name: 'image_builder_crc_compose_errors',
    help: 'Requests for a compose that received a 5xx response',
    registers,
  }),
  operationDuration: new Histogram({
    name: 'imagebuilder_operation_duration_seconds',
    help: 'Time spent on requests, by operation and class of status',
    labelNames: ['operation', 'status'],
    buckets: OPERATION_BUCKETS,
    registers,
  }),
  upstreamDuration: new Histogram({
    name: 'imagebuilder_upstream_duration_seconds',
    help: 'Time spent on calls to other services',
    labelNames: ['service', 'operation', 'outcome'],
    buckets: LATENCY_BUCKETS,
    registers,
  }),
});

const SCHEDULE_OUTCOMES = ['built', 'unchanged', 'failed', 'refused', 'build_failed'] as const;

/** Starts at 0, so that alerts see the first failure. */
const createScheduleRuns = (registers: Registry[]): Counter<'outcome'> => {
  const runs = new Counter({
    name: 'imagebuilder_schedule_runs_total',
    help: 'Runs of schedules, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of SCHEDULE_OUTCOMES) runs.inc({ outcome }, 0);
  return runs;
};

const createSettlements = (registers: Registry[]): Counter<'outcome'> => {
  const settlements = new Counter({
    name: 'imagebuilder_build_settlements_total',
    help: 'Composes that needed reconciliation between composer and the database, by outcome; kept ones in every run',
    labelNames: ['outcome'],
    registers,
  });
  // An alert asks for its increase, which is none from a series that is not there.
  settlements.inc({ outcome: 'kept' }, 0);
  return settlements;
};

const createComposeMetrics = (registers: Registry[]) => ({
  buildSettlements: createSettlements(registers),
  unknownBuilds: new SampledGauge({
    name: 'imagebuilder_builds_outcome_unknown',
    help: 'Composes of which it is unknown whether composer accepted them',
    // Every process reports the same value.
    aggregator: 'max',
    registers,
  }),
  scheduleRuns: createScheduleRuns(registers),
  lintUnavailable: new Counter({
    name: 'imagebuilder_lint_unavailable_total',
    help: 'Blueprint reads whose response has no lint because the compliance service failed',
    registers,
  }),
});

/** Creates metrics with a registry of their own. */
export function createMetrics(options: { readonly processMetrics: boolean }): Metrics {
  const register = new Registry();
  const registers = [register];
  if (options.processMetrics) {
    collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LAG_INTERVAL });
    watchEventLoop(registers);
  }
  const requests = createRequestMetrics(registers);
  const upstreams = createUpstreamMetrics(registers);
  const protection = createProtectionMetrics(registers);
  const events = createEventMetrics(registers);
  const database = createDatabaseMetrics(registers);
  const webhooks = createWebhookMetrics(registers);
  const composes = createComposeMetrics(registers);
  const policyFiles = createPolicyFileMetrics(registers);
  return {
    registers,
    page: () => pageOf(registers),
    ...requests,
    ...composes,
    ...{ upstreams, protection, events, database, webhooks, policyFiles },
    watch: (state) => {
      watchState(registers, state);
      composes.unknownBuilds.watch(state.unknownBuilds);
      webhooks.pending.watch(state.pendingDeliveries);
      database.eventsHeldBack.watch(state.eventsHeldBack);
      database.up.watch(() =>
        state.pingDatabase().then(
          () => 1,
          () => 0,
        ),
      );
      watchMaintenance(registers, state.maintenance);
    },
  };
}
