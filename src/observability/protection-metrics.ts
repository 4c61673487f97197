import { Counter, type Registry } from 'prom-client';

/** What the service did not do, to protect itself and its callers from some of them. */
export interface ProtectionMetrics {
  /** Requests that were refused because there were too many. */
  readonly shedRequests: Counter<'reason'>;
  /** Requests over the limit of their organization. */
  readonly limitedRequests: Counter<'class'>;
  /** Requests that have a limit, and were let through because it could not be checked. */
  readonly uncheckedRequests: Counter;
  /** Connections that were ended because of what came over them, or did not. */
  readonly refusedConnections: Counter<'reason'>;
}

export function createProtectionMetrics(registers: Registry[]): ProtectionMetrics {
  return {
    shedRequests: new Counter({
      name: 'imagebuilder_shed_requests_total',
      help: 'Requests answered 503 because there were too many, by what there was not enough of',
      labelNames: ['reason'],
      registers,
    }),
    limitedRequests: new Counter({
      name: 'imagebuilder_rate_limited_requests_total',
      help: 'Requests answered 429, by class',
      labelNames: ['class'],
      registers,
    }),
    uncheckedRequests: new Counter({
      name: 'imagebuilder_rate_limit_unchecked_total',
      help: 'Requests let through because their rate limit could not be checked',
      registers,
    }),
    refusedConnections: new Counter({
      name: 'imagebuilder_refused_connections_total',
      help: 'Connections ended for what came over them: too slow, too large, not HTTP',
      labelNames: ['reason'],
      registers,
    }),
  };
}
