import { methodLabel, statusClass, type Metrics } from '../observability/metrics.ts';
import type { CountedSeries, TimedSeries } from '../observability/counted-series.ts';
import type { RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import type { Exchange } from './exchange.ts';
import { countedPathOf, type ServedOperation } from './served-operation.ts';

type RequestMetrics = Pick<Metrics, 'requestCount' | 'requestDuration' | 'operationDuration'>;

/** Labels of an operation's requests below one of the prefixes. */
interface OperationLabels {
  readonly operation: string;
  readonly method: string;
  /** Path of the counter, and of the histogram, with the prefix. */
  readonly countedPath: string;
  readonly timedPath: string;
}

/** Counts the requests of one operation below one prefix. */
class OperationMeter {
  readonly #metrics: RequestMetrics;
  readonly #labels: OperationLabels;
  readonly #validated: TimedSeries[] = [];
  readonly #byStatus: { readonly count: CountedSeries; readonly duration: TimedSeries }[] = [];

  constructor(metrics: RequestMetrics, labels: OperationLabels) {
    this.#metrics = metrics;
    this.#labels = labels;
  }

  #seriesOf(status: number): { readonly count: CountedSeries; readonly duration: TimedSeries } {
    const { operation, method, countedPath } = this.#labels;
    return (this.#byStatus[status] ??= {
      count: this.#metrics.requestCount({ method, path: countedPath, code: String(status) }),
      duration: this.#metrics.operationDuration({ operation, status: statusClass(status) }),
    });
  }

  /** Counts a request that was answered. @param validated whether it fitted the contract */
  answered(status: number, seconds: number, validated: boolean): void {
    const { count, duration } = this.#byStatus[status] ?? this.#seriesOf(status);
    count.inc();
    duration.observe(seconds);
    if (!validated) return;
    this.#validated[0] ??= this.#metrics.requestDuration({ path: this.#labels.timedPath });
    this.#validated[0].observe(seconds);
  }
}

/** What a request without operation is counted as. */
const unservedPath = ({ prefix, request }: Exchange): string => {
  if (request.compiledPath !== null) return prefix + countedPathOf(request.compiledPath.template);
  return request.path === '' ? prefix : `${prefix}/*`;
};

/** Counts and times every request below the API prefixes, and those that run. */
export function measureRequests({ metrics, lifecycle }: Pick<AppContext, 'metrics' | 'lifecycle'>): RequestHandler {
  const meters = new Map<ServedOperation, Map<string, OperationMeter>>();

  /** @param key prefix and, for HEAD, the method: both have labels of their own */
  const meterOf = (operation: ServedOperation, prefix: string, method: string): OperationMeter => {
    let byKey = meters.get(operation);
    if (!byKey) meters.set(operation, (byKey = new Map()));
    const key = method === operation.method ? prefix : `${method} ${prefix}`;
    let meter = byKey.get(key);
    if (!meter) {
      const labels = { countedPath: prefix + operation.countedPath, timedPath: prefix + operation.timedPath };
      byKey.set(key, (meter = new OperationMeter(metrics, { operation: operation.id, method, ...labels })));
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
    // What is measured of a stream is the time until it starts.
    exchange.onAnswer.push((status) => {
      lifecycle.running -= 1;
      count(exchange, status, started);
    });
    next();
  };
}
