import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Upper bounds of the latency histogram, in seconds. Dashboards compute the latency objective from the 0.5 bucket. */
const LATENCY_BUCKETS = [0.025, 0.05, 0.075, 0.1, 0.2, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20];

export interface Metrics {
  /** Content type and text of the metrics page. */
  readonly page: () => Promise<{ contentType: string; text: string }>;
  /** Compatibility: these four names and their labels are what existing dashboards and alerts query. */
  readonly requestCount: Counter<'method' | 'path' | 'code'>;
  readonly requestDuration: Histogram<'path'>;
  readonly composeRequests: Counter;
  readonly composeErrors: Counter;
  /** Answers of the services we call; `outcome` is the status or the kind of failure. */
  readonly upstreamDuration: Histogram<'service' | 'operation' | 'outcome'>;
  /** Blueprint reads that were answered without lint because the compliance service failed. */
  readonly lintUnavailable: Counter;
}

/** A registry of its own per context, so that tests can build many. */
export const createMetrics = (options: { readonly processMetrics: boolean }): Metrics => {
  const register = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register });
  const registers = [register];
  return {
    page: async () => ({ contentType: register.contentType, text: await register.metrics() }),
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
      help: 'Requests for a compose that were answered 5xx',
      registers,
    }),
    upstreamDuration: new Histogram({
      name: 'imagebuilder_upstream_duration_seconds',
      help: 'Time spent on calls to other services',
      labelNames: ['service', 'operation', 'outcome'],
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    lintUnavailable: new Counter({
      name: 'imagebuilder_lint_unavailable_total',
      help: 'Blueprint reads answered without lint because the compliance service failed',
      registers,
    }),
  };
};
