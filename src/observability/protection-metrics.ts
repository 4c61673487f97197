import { Counter, type Registry } from 'prom-client';

/** Requests and connections that were rejected to protect the service. */
export interface ProtectionMetrics {
  readonly shedRequests: Counter<'reason'>;
  readonly limitedRequests: Counter<'class'>;
  /** Requests that were allowed because their limit could not be checked. */
  readonly uncheckedRequests: Counter;
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
