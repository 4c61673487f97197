import { newSpanId, SPAN_HEADER, TRACE_HEADER, type Correlation } from '../lib/ids.ts';
import type { Logger } from '../observability/logger.ts';
import type { CallOptions } from './types.ts';

/** What an outgoing call needs of the request that causes it. */
export interface CallContext {
  readonly traceId: string;
  readonly log: Logger;
  /** Identifiers of the request that causes the call, which are sent with it; none for the service's own calls. */
  readonly correlation?: Correlation | null;
  /** The caller whose organization makes the call; none for the service's own calls. */
  readonly identity?: { readonly orgId: string };
}

export interface PlatformCallContext extends CallContext {
  readonly platformHeader: string;
}

/** The context of calls with the caller's identity header; `null` for a caller without one. */
export function platformContext(
  context: CallContext & { readonly identity: { readonly orgId: string; readonly platformHeader: string | null } },
): PlatformCallContext | null {
  const { identity, traceId, correlation = null } = context;
  const { platformHeader } = identity;
  if (platformHeader === null) return null;
  return {
    ...{ traceId, correlation, identity, platformHeader },
    // Most requests log nothing here, and a logger is created at its first use.
    get log() {
      return context.log;
    },
  };
}

const trace = ({ traceId, correlation }: CallContext): Record<string, string> => ({
  [TRACE_HEADER]: traceId,
  [SPAN_HEADER]: newSpanId(),
  ...correlation?.headers,
});

const callOptions = (context: CallContext, headers: Readonly<Record<string, string>>): CallOptions => ({
  headers,
  get log() {
    return context.log;
  },
  orgId: context.identity?.orgId ?? null,
});

/** Options of a call without the caller's identity. */
export function serviceCall(context: CallContext, headers: Readonly<Record<string, string>> = {}): CallOptions {
  return callOptions(context, { ...trace(context), ...headers });
}

/** Options of a call with the caller's identity header, byte for byte. */
export function platformCall(context: PlatformCallContext): CallOptions {
  return callOptions(context, { ...trace(context), 'x-rh-identity': context.platformHeader });
}
