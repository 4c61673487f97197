import type { CallOptions, UpstreamResponse, UpstreamCall, UpstreamOperation } from '../../src/upstream/types.ts';
import type { UpstreamSettings } from '../../src/upstream/upstream-call.ts';
import { createGuardedHttp } from '../../src/upstream/http-client.ts';
import { createUpstreamCall } from '../../src/upstream/upstream-call.ts';
import { UpstreamError, UpstreamUnavailableError } from '../../src/upstream/errors.ts';
import type { CallLimits } from '../../src/config/index.ts';
import { createLogger, type Logger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { captureLog, type CapturedLog } from '../support/logs.ts';
import { PATIENCE } from '../support/patience.ts';

/** A logger that keeps everything it is given. */
export const capturedLogger = (): { readonly log: Logger; readonly captured: CapturedLog } => {
  const captured = captureLog();
  const config = { log: { level: 'trace', channel: null }, version: { commit: '', time: '' } } as const;
  return { log: createLogger(config, captured), captured };
};

/** Limits that nothing here reaches, and no breaker. */
export const NO_LIMITS: CallLimits = {
  ...{ concurrency: 100, queue: 100, organizationShare: 0.5, breakerFailures: 0, breakerDelay: 5000 },
};

/** A time that passes when a test says so, in milliseconds. */
export const createClock = () => {
  let time = 0;
  return {
    now: (): number => time,
    pass: (seconds: number): void => void (time += seconds * 1000),
  };
};

/** A client as the service makes them, without proxies. */
export const plainHttp = (settings: Partial<UpstreamSettings> = {}) =>
  createGuardedHttp({
    ...{ service: 'a-service', timeout: PATIENCE, proxyEnv: {}, limits: NO_LIMITS, log: capturedLogger().log },
    ...{ metrics: createMetrics({ processMetrics: false }), ...settings },
  });

interface AnyRequest {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Calls whose operations and requests a test makes up. */
export type AnyCall = (
  operation: Partial<UpstreamOperation>,
  request?: AnyRequest,
  options?: CallOptions,
) => Promise<UpstreamResponse<{ responses: Record<number, { content: { 'application/json': unknown } }> }>>;

export interface TestCall {
  readonly call: AnyCall;
  readonly captured: CapturedLog;
  readonly metrics: UpstreamSettings['metrics'];
}

/** The transport of a service with the url and whatever else a test says. */
export const createCall = (url: string | null, settings: Partial<UpstreamSettings> = {}): TestCall => {
  const { log, captured } = capturedLogger();
  const metrics = createMetrics({ processMetrics: false });
  const call: UpstreamCall = createUpstreamCall({
    ...{ service: 'a-service', url, timeout: PATIENCE, limits: NO_LIMITS, proxyEnv: {}, metrics, log, validator: null },
    ...settings,
  });
  const operation = { operationId: 'anOperation', method: 'GET', path: '/things' };
  const anyCall = (given: Partial<UpstreamOperation>, request: AnyRequest = {}, options?: CallOptions) =>
    call({ ...operation, ...given }, request as never, options);
  return { call: anyCall as unknown as AnyCall, captured, metrics };
};

/** Waits for a call that must not be made; gives the refusal. */
export const refusalOf = async (call: Promise<unknown>): Promise<UpstreamUnavailableError> => {
  const error: unknown = await call.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (error instanceof UpstreamUnavailableError) return error;
  throw new Error('expected the call to be refused', { cause: error });
};

/** Waits for a call that must fail; gives the failure. */
export const failureOf = async (call: Promise<unknown>): Promise<UpstreamError> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
  throw new Error('expected the call to fail');
};
