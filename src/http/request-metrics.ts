import { methodLabel, statusClass, type Metrics } from '../observability/metrics.ts';
import type { CounterSeries, HistogramSeries } from '../observability/metric-series.ts';
import type { RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import type { Exchange } from './exchange.ts';
import { counterPathOf, type ServedOperation } from './served-operation.ts';

type RequestMetrics = Pick<Metrics, 'requestCount' | 'requestDuration' | 'operationDuration'>;

interface OperationLabels {
  readonly operation: string;
  readonly method: string;
  /** With the prefix. */
  readonly counterPath: string;
  readonly histogramPath: string;
}

class OperationMetrics {
  readonly #metrics: RequestMetrics;
  readonly #labels: OperationLabels;
  readonly #validated: HistogramSeries[] = [];
  readonly #byStatus: { readonly count: CounterSeries; readonly duration: HistogramSeries }[] = [];

  constructor(metrics: RequestMetrics, labels: OperationLabels) {
    this.#metrics = metrics;
    this.#labels = labels;
  }

  #seriesOf(status: number): { readonly count: CounterSeries; readonly duration: HistogramSeries } {
    const { operation, method, counterPath } = this.#labels;
    return (this.#byStatus[status] ??= {
      count: this.#metrics.requestCount({ method, path: counterPath, code: String(status) }),
      duration: this.#metrics.operationDuration({ operation, status: statusClass(status) }),
    });
  }

  answered(status: number, seconds: number, validated: boolean): void {
    const { count, duration } = this.#byStatus[status] ?? this.#seriesOf(status);
    count.inc();
    duration.observe(seconds);
    if (!validated) return;
    this.#validated[0] ??= this.#metrics.requestDuration({ path: this.#labels.histogramPath });
    this.#validated[0].observe(seconds);
  }
}

/** The path label of a request without an operation. */
const unservedPath = ({ prefix, request }: Exchange): string => {
  if (request.compiledPath !== null) return prefix + counterPathOf(request.compiledPath.template);
  return request.path === '' ? prefix : `${prefix}/*`;
};

/** Counts and times requests below the API prefixes, and tracks those in flight. */
export function measureRequests({ metrics, lifecycle }: Pick<AppContext, 'metrics' | 'lifecycle'>): RequestHandler {
  const meters = new Map<ServedOperation, Map<string, OperationMetrics>>();

  /** The key is the prefix; for HEAD, the method and the prefix. */
  const meterOf = (operation: ServedOperation, prefix: string, method: string): OperationMetrics => {
    let byKey = meters.get(operation);
    if (!byKey) meters.set(operation, (byKey = new Map()));
    const key = method === operation.method ? prefix : `${method} ${prefix}`;
    let meter = byKey.get(key);
    if (!meter) {
      const labels = { counterPath: prefix + operation.counterPath, histogramPath: prefix + operation.histogramPath };
      byKey.set(key, (meter = new OperationMetrics(metrics, { operation: operation.id, method, ...labels })));
    }
    return meter;
  };

  const count = (exchange: Exchange, status: number, started: number): void => {
    const { operation, prefix, request, validated } = exchange;
    if (operation === null) {
      const labels = { method: methodLabel(request.method), path: unservedPath(exchange), code: String(status) };
      metrics.requestCount(labels).inc();
      return;
    }
    const seconds = (performance.now() - started) / 1000;
    meterOf(operation, prefix, request.method).answered(status, seconds, validated);
    if (operation.isCompose && status >= 500 && status <= 511) metrics.composeErrors.inc();
  };

  return ({ exchange }, _res, next) => {
    const started = performance.now();
    lifecycle.running += 1;
    // The duration of a stream is the time until it starts.
    exchange.onResponse.push((status) => {
      lifecycle.running -= 1;
      count(exchange, status, started);
    });
    next();
  };
}
