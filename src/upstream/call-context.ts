import { newSpanId, SPAN_HEADER, TRACE_HEADER } from '../lib/ids.ts';
import type { Logger } from '../observability/logger.ts';
import type { CallOptions } from './types.ts';

/** What an outgoing call needs of the request that causes it. */
export interface CallContext {
  readonly traceId: string;
  readonly log: Logger;
  /** The caller whose organization makes the call; none for the service's own calls. */
  readonly identity?: { readonly orgId: string };
}

export interface PlatformCallContext extends CallContext {
  readonly platformHeader: string;
}

const trace = ({ traceId }: CallContext): Record<string, string> => ({
  [TRACE_HEADER]: traceId,
  [SPAN_HEADER]: newSpanId(),
});

/** Options of a call without the caller's identity. */
export function serviceCall(context: CallContext, headers: Readonly<Record<string, string>> = {}): CallOptions {
  return {
    headers: { ...trace(context), ...headers },
    log: context.log,
    orgId: context.identity?.orgId ?? null,
  };
}

/** Options of a call with the caller's identity header, byte for byte. */
export function platformCall(context: PlatformCallContext): CallOptions {
  return {
    headers: { ...trace(context), 'x-rh-identity': context.platformHeader },
    log: context.log,
    orgId: context.identity?.orgId ?? null,
  };
}
