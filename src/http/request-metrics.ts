import { methodLabel, statusClass } from '../observability/metrics.ts';
import type { CounterSeries, HistogramSeries } from '../observability/metric-series.ts';
import type { RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import type { Exchange } from './exchange.ts';
import { counterPathOf, type ServedOperation } from './served-operation.ts';

/** The series that count the requests of one operation, method, prefix and status. */
interface RequestSeries {
  readonly count: CounterSeries;
  readonly duration: HistogramSeries;
  /** Of validated requests; created by the first. */
  validated: HistogramSeries | null;
}

/** The path label of a request without an operation. */
const pathWithoutOperation = ({ prefix, request }: Exchange): string => {
  if (request.compiledPath !== null) return prefix + counterPathOf(request.compiledPath.template);
  return request.path === '' ? prefix : `${prefix}/*`;
};

/** Counts and times requests below the API prefixes, and tracks those in flight. */
export function measureRequests({ metrics, lifecycle }: Pick<AppContext, 'metrics' | 'lifecycle'>): RequestHandler {
  const known = new Map<string, RequestSeries>();

  const seriesOf = (operation: ServedOperation, prefix: string, method: string, status: number): RequestSeries => {
    const key = `${operation.id} ${method} ${status} ${prefix}`;
    const found = known.get(key);
    if (found) return found;
    const series = {
      count: metrics.requestCount({ method, path: prefix + operation.counterPath, code: String(status) }),
      duration: metrics.operationDuration({ operation: operation.id, status: statusClass(status) }),
      validated: null,
    };
    known.set(key, series);
    return series;
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
    const series = seriesOf(operation, prefix, request.method, status);
    series.count.inc();
    series.duration.observe(seconds);
    if (validated) {
      series.validated ??= metrics.requestDuration({ path: prefix + operation.histogramPath });
      series.validated.observe(seconds);
    }
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
