import type { RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import type { Exchange } from './exchange.ts';
import { counterPathOf } from './served-operation.ts';

/** Other methods share one label: scanners try dozens. */
const COUNTED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

const methodLabel = (method: string): string => (COUNTED_METHODS.has(method) ? method : 'other');

const STATUS_CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

const statusClass = (status: number): string => STATUS_CLASSES[Math.trunc(status / 100)] ?? 'other';

/** The path label of a request without an operation. */
const pathWithoutOperation = ({ prefix, request }: Exchange): string => {
  if (request.compiledPath !== null) return prefix + counterPathOf(request.compiledPath.template);
  return request.path === '' ? prefix : `${prefix}/*`;
};

/** Counts and times requests below the API prefixes, and tracks those in flight. */
export function measureRequests({ metrics, lifecycle }: Pick<AppContext, 'metrics' | 'lifecycle'>): RequestHandler {
  const count = (exchange: Exchange, status: number, started: number): void => {
    const { operation, prefix, request, validated } = exchange;
    const code = String(status);
    if (operation === null) {
      metrics.requestCount.inc({ method: methodLabel(request.method), path: pathWithoutOperation(exchange), code });
      return;
    }
    const seconds = (performance.now() - started) / 1000;
    metrics.requestCount.inc({ method: request.method, path: prefix + operation.counterPath, code });
    metrics.operationDuration.observe({ operation: operation.id, status: statusClass(status) }, seconds);
    if (validated) metrics.requestDuration.observe({ path: prefix + operation.histogramPath }, seconds);
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
