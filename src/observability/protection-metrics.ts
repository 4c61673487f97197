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
      help: 'Requests rejected because of a shortage: 503 if the process is short of a resource, 429 if an organization has its share',
      labelNames: ['reason'],
      registers,
    }),
    limitedRequests: new Counter({
      name: 'imagebuilder_rate_limited_requests_total',
      help: 'Requests rejected with 429, by class',
      labelNames: ['class'],
      registers,
    }),
    uncheckedRequests: new Counter({
      name: 'imagebuilder_rate_limit_unchecked_total',
      help: 'Requests allowed because their rate limit could not be checked',
      registers,
    }),
    refusedConnections: new Counter({
      name: 'imagebuilder_refused_connections_total',
      help: 'Connections closed because of their input: too slow, too large, not HTTP',
      labelNames: ['reason'],
      registers,
    }),
  };
}
