import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import {
  counterSeries,
  histogramSeries,
  type CounterSeries,
  type SeriesOf,
  type HistogramSeries,
} from './metric-series.ts';
import { createEventMetrics, type EventMetrics } from './event-metrics.ts';
import { SampledGauge } from './sampled-gauge.ts';
import { createProtectionMetrics, type ProtectionMetrics } from './protection-metrics.ts';
import { createWebhookMetrics, type WebhookMetrics } from './webhook-metrics.ts';
import { createUpstreamMetrics, type UpstreamMetrics } from './upstream-metrics.ts';

/** Upper bounds of the latency histogram, in seconds. Dashboards compute the latency objective from the 0.5 bucket. */
const LATENCY_BUCKETS = [0.025, 0.05, 0.075, 0.1, 0.2, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20];

/** Upper bounds per operation, in seconds: those of the objectives (0.5 and 4), and what tells a memory read from a hanging call. */
const OPERATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 60];

/** Milliseconds between two samples of the event loop's lag. Each wakes the process, however idle it is; the lag contains them. */
const LAG_INTERVAL = 250;

/** Methods that are counted by their names. Node's parser knows three dozen, and a scanner tries them all. */
const COUNTED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** The label of a request's method. */
export function methodLabel(method: string): string {
  return COUNTED_METHODS.has(method) ? method : 'other';
}

/** Status classes as label values, by the first digit of the status. */
const STATUS_CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** The label of a status: its class. */
export function statusClass(status: number): string {
  return STATUS_CLASSES[Math.trunc(status / 100)] ?? 'other';
}

/** What is asked for its state whenever the metrics page is read. */
export interface ProcessState {
  /** Requests that are not answered yet. */
  readonly running: () => number;
  /** Connections of the pool, and queries that wait for one. */
  readonly connections: () => { readonly idle: number; readonly used: number; readonly waiting: number };
  /** The most connections that the pool opens. */
  readonly maxConnections: number;
  /** Builds of unknown outcome, and pending deliveries, of all processes. */
  readonly unknownBuilds: () => Promise<number>;
  readonly pendingDeliveries: () => Promise<number>;
}

export interface Metrics {
  /** What the page is made of. */
  readonly registers: readonly Registry[];
  /** Content type and text of the metrics page. */
  readonly page: () => Promise<{ contentType: string; text: string }>;
  /** Compatibility: these four names and their labels are what existing dashboards and alerts query. */
  readonly requestCount: SeriesOf<'method' | 'path' | 'code', CounterSeries>;
  readonly requestDuration: SeriesOf<'path', HistogramSeries>;
  readonly composeRequests: Counter;
  readonly composeErrors: Counter;
  /** Every request that found its operation, refused ones as well. `status` is a class: `2xx`. */
  readonly operationDuration: SeriesOf<'operation' | 'status', HistogramSeries>;
  /** Answers of the services we call; `outcome` is the status or the kind of failure. */
  readonly upstreamDuration: Histogram<'service' | 'operation' | 'outcome'>;
  /** Calls that were not made, and what stands in front of each service. */
  readonly upstreams: UpstreamMetrics;
  /** What was refused for its number or its form. */
  readonly protection: ProtectionMetrics;
  /** Events of builds and blueprints, and the streams that tell them. */
  readonly events: EventMetrics;
  /** Blueprint reads that were answered without lint because the compliance service failed. */
  readonly lintUnavailable: Counter;
  /** What became of builds whose way through the service was not the usual one. */
  readonly buildSettlements: Counter<'outcome'>;
  /** Builds of which nobody knows whether composer took them. */
  readonly unknownBuilds: SampledGauge;
  /** Runs of schedules by outcome; `build_failed` counts runs of which a build failed later. */
  readonly scheduleRuns: Counter<'outcome'>;
  /** Messages to webhooks. */
  readonly webhooks: WebhookMetrics;
  /** Adds the gauges of a process to the page. Once for each `Metrics`. */
  readonly watch: (state: ProcessState) => void;
}

const watchState = (registers: Registry[], state: ProcessState): void => {
  new Gauge({
    name: 'imagebuilder_requests_in_flight',
    help: 'Requests below the API prefixes that are not answered yet',
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

/** The default metrics tell how late the event loop is, not how busy: that is the rate of this counter. */
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

/** The metrics page of several registries. */
export async function pageOf(registers: readonly Registry[]): Promise<{ contentType: string; text: string }> {
  const texts = await Promise.all(registers.map((register) => register.metrics()));
  return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: texts.map((text) => `${text.trimEnd()}\n`).join('') };
}

/** A registry of its own per context, so that tests can build many. */
export function createMetrics(options: { readonly processMetrics: boolean }): Metrics {
  const register = new Registry();
  const registers = [register];
  if (options.processMetrics) {
    collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LAG_INTERVAL });
    watchEventLoop(registers);
  }
  const webhooks = createWebhookMetrics(registers);
  const unknownBuilds = new SampledGauge({
    name: 'imagebuilder_builds_outcome_unknown',
    help: 'Builds of which it is unknown whether composer accepted them',
    // Every process reports the same.
    aggregator: 'max',
    registers,
  });
  return {
    registers,
    page: () => pageOf(registers),
    requestCount: counterSeries({
      name: 'image_builder_crc_request_count',
      help: 'Requests below the API prefixes, by method, path template and status',
      labelNames: ['method', 'path', 'code'],
      registers,
    }),
    requestDuration: histogramSeries({
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
      help: 'Requests for a compose that were answered 5xx',
      registers,
    }),
    operationDuration: histogramSeries({
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
    upstreams: createUpstreamMetrics(registers),
    protection: createProtectionMetrics(registers),
    events: createEventMetrics(registers),
    webhooks,
    buildSettlements: new Counter({
      name: 'imagebuilder_build_settlements_total',
      help: 'Builds that did not go from composer to the database the usual way, by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    unknownBuilds,
    scheduleRuns: new Counter({
      name: 'imagebuilder_schedule_runs_total',
      help: 'Runs of schedules, by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    lintUnavailable: new Counter({
      name: 'imagebuilder_lint_unavailable_total',
      help: 'Blueprint reads answered without lint because the compliance service failed',
      registers,
    }),
    watch: (state) => {
      watchState(registers, state);
      unknownBuilds.watch(state.unknownBuilds);
      webhooks.pending.watch(state.pendingDeliveries);
    },
  };
}
