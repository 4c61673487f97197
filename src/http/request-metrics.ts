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

interface StatusSeries {
  readonly count: CounterSeries;
  readonly duration: HistogramSeries;
}

class OperationMetrics {
  readonly #metrics: RequestMetrics;
  readonly #labels: OperationLabels;
  #validated: HistogramSeries | null = null;
  readonly #byStatus: (StatusSeries | undefined)[] = [];

  constructor(metrics: RequestMetrics, labels: OperationLabels) {
    this.#metrics = metrics;
    this.#labels = labels;
  }

  #seriesOf(status: number): StatusSeries {
    const { operation, method, counterPath } = this.#labels;
    return (this.#byStatus[status] ??= {
      count: this.#metrics.requestCount({ method, path: counterPath, code: String(status) }),
      duration: this.#metrics.operationDuration({ operation, status: statusClass(status) }),
    });
  }

  record(status: number, seconds: number, validated: boolean): void {
    const { count, duration } = this.#byStatus[status] ?? this.#seriesOf(status);
    count.inc();
    duration.observe(seconds);
    if (!validated) return;
    this.#validated ??= this.#metrics.requestDuration({ path: this.#labels.histogramPath });
    this.#validated.observe(seconds);
  }
}

/** The path label of a request without an operation. */
const pathWithoutOperation = ({ prefix, request }: Exchange): string => {
  if (request.compiledPath !== null) return prefix + counterPathOf(request.compiledPath.template);
  return request.path === '' ? prefix : `${prefix}/*`;
};

/** Counts and times requests below the API prefixes, and tracks those in flight. */
export function measureRequests({ metrics, lifecycle }: Pick<AppContext, 'metrics' | 'lifecycle'>): RequestHandler {
  const byOperation = new Map<ServedOperation, Map<string, OperationMetrics>>();

  /** The key is the prefix; for HEAD, the method and the prefix. */
  const metricsOf = (operation: ServedOperation, prefix: string, method: string): OperationMetrics => {
    let byKey = byOperation.get(operation);
    if (!byKey) byOperation.set(operation, (byKey = new Map<string, OperationMetrics>()));
    const key = method === operation.method ? prefix : `${method} ${prefix}`;
    let operationMetrics = byKey.get(key);
    if (!operationMetrics) {
      const labels = { counterPath: prefix + operation.counterPath, histogramPath: prefix + operation.histogramPath };
      byKey.set(
        key,
        (operationMetrics = new OperationMetrics(metrics, { operation: operation.id, method, ...labels })),
      );
    }
    return operationMetrics;
  };

  const count = (exchange: Exchange, status: number, started: number): void => {
    const { operation, prefix, request, validated } = exchange;
    if (operation === null) {
      const labels = {
        method: methodLabel(request.method),
        path: pathWithoutOperation(exchange),
        code: String(status),
      };
      metrics.requestCount(labels).inc();
      return;
    }
    const seconds = (performance.now() - started) / 1000;
    metricsOf(operation, prefix, request.method).record(status, seconds, validated);
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
