import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { RequestError, type Got } from 'got';
import { createDirectHttp, DirectHttpError } from './direct-http.ts';
import { TOO_LARGE } from './errors.ts';
import { isRetryable, retryDelay } from './http-client.ts';

export interface TransportRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly repeatable: boolean;
  /** Limit of the response, in bytes after decompression. */
  readonly maxBytes: number;
}

export interface TextResponse {
  readonly status: number;
  readonly text: string;
}

/** Sends a request, and repeats it at most once. @throws an error with the code that `errorCode` returns */
export type Transport = (url: string, request: TransportRequest) => Promise<TextResponse>;

/** The code of a failed call. */
export function errorCode(error: unknown): string {
  return error instanceof RequestError || error instanceof DirectHttpError ? error.code : 'ERR_UNKNOWN';
}

/** Follows redirects and decompresses. */
export function createGotTransport(http: Got): Transport {
  return async (url, { method, headers, body, repeatable, maxBytes }) => {
    const oversized = new AbortController();
    try {
      const { statusCode: status, body: text } = await http(url, {
        ...{ method: method, headers, responseType: 'text', signal: oversized.signal },
        ...(body === undefined ? {} : { body }),
        ...(repeatable ? {} : { retry: { limit: 0 } }),
      }).on('downloadProgress', ({ transferred }) => {
        if (transferred > maxBytes) oversized.abort();
      });
      return { status, text };
    } catch (error) {
      throw oversized.signal.aborted ? new DirectHttpError(TOO_LARGE, { cause: error }) : error;
    }
  };
}

/** Calls without got; got follows redirects, which is safe because a service that redirects has not executed the request. */
export function createDirectTransport(http: Got, timeout: number): Transport {
  const { agent } = http.defaults.options;
  const directHttp = createDirectHttp({ http: agent.http as HttpAgent, https: agent.https as HttpsAgent });
  const followRedirects = createGotTransport(http);

  const send = async (url: string, request: TransportRequest, remaining: number): Promise<TextResponse> => {
    const started = performance.now();
    try {
      const { status, text, location } = await directHttp(url, { ...request, timeout: remaining });
      const isRedirect = location !== undefined && status >= 300 && status < 400;
      return isRedirect ? await followRedirects(url, request) : { status, text };
    } catch (error) {
      if (request.method !== 'GET' || !request.repeatable || !isRetryable(errorCode(error))) throw error;
      await wait(retryDelay());
      const left = Math.max(1, remaining - (performance.now() - started));
      return send(url, { ...request, repeatable: false }, left);
    }
  };
  return (url, request) => send(url, request, timeout);
}
