import { newSpanId, SPAN_HEADER, TRACE_HEADER } from '../lib/trace.ts';
import type { Logger } from '../observability/logger.ts';
import type { CallOptions } from './types.ts';

/** What an outgoing call needs of the request that causes it. */
export interface CallContext {
  readonly traceId: string;
  readonly log: Logger;
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
  };
}

/** Options of a call with the caller's identity header, byte for byte. */
export function platformCall(context: PlatformCallContext): CallOptions {
  return {
    headers: { ...trace(context), 'x-rh-identity': context.platformHeader },
    log: context.log,
  };
}
