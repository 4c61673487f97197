import type {
  CallOptions,
  UpstreamAnswer,
  UpstreamCall,
  UpstreamOperation,
  UpstreamSettings,
} from '../../src/clients/upstream.ts';
import { createHttp, createUpstreamCall, UpstreamFailure } from '../../src/clients/upstream.ts';
import { createLogger, type Logger } from '../../src/logger.ts';
import { createMetrics } from '../../src/metrics.ts';
import { captureLog, type CapturedLog } from '../support/logs.ts';

/** Long enough for every answer that comes; what tests wait for in vain says so with a shorter one. */
export const PATIENCE = 10_000;

/** A logger that keeps everything it is given. */
export const capturedLogger = (): { readonly log: Logger; readonly captured: CapturedLog } => {
  const captured = captureLog();
  const config = { log: { level: 'trace', channel: null }, version: { commit: '', time: '' } } as const;
  return { log: createLogger(config, captured), captured };
};

/** A client as the service makes them, without proxies. */
export const plainHttp = () => createHttp({ timeout: PATIENCE, proxyEnv: {} });

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
) => Promise<UpstreamAnswer<{ responses: Record<number, { content: { 'application/json': unknown } }> }>>;

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
    ...{ service: 'a-service', url, timeout: PATIENCE, proxyEnv: {}, metrics, log, validator: null },
    ...settings,
  });
  const operation = { operationId: 'anOperation', method: 'GET', path: '/things' };
  const anyCall = (given: Partial<UpstreamOperation>, request: AnyRequest = {}, options?: CallOptions) =>
    call({ ...operation, ...given }, request as never, options);
  return { call: anyCall as unknown as AnyCall, captured, metrics };
};

/** Waits for a call that must fail; gives the failure. */
export const failureOf = async (call: Promise<unknown>): Promise<UpstreamFailure> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof UpstreamFailure) return error;
    throw error;
  }
  throw new Error('expected the call to fail');
};
