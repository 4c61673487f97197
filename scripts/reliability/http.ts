import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { identityHeaders } from '../bench/fleet.ts';
import { API } from '../bench/requests.ts';

/** A response, or the code of the error. */
export type Reply =
  | { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }
  | { readonly failure: string };

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path below the API's address. */
  readonly path: string;
  readonly organization: string;
  readonly body?: unknown;
  /** A body that is sent as it is, with its content encoding; `null` for none. */
  readonly encoded?: { readonly bytes: Buffer; readonly encoding: string | null };
  /** Whether the body of the response is dropped as it arrives. */
  readonly isDropped?: boolean;
  readonly key?: string;
}

/** Sends requests to one process. Never fails. */
export interface ApiClient extends Disposable {
  readonly send: (request: ApiRequest) => Promise<Reply>;
  /** Reads a path outside the API. */
  readonly read: (path: string) => Promise<Reply>;
}

/** Timeout in milliseconds, well beyond every time limit of the service. */
const PATIENCE = 60_000;

export const statusOf = (reply: Reply): number | string => ('failure' in reply ? reply.failure : reply.status);

/** The id of the created object, `null` for any other response. */
export function createdId(reply: Reply): string | null {
  if ('failure' in reply || reply.status !== 201) return null;
  return (JSON.parse(reply.text) as { id: string }).id;
}

/** Reads a body without keeping it. */
const drop = async (response: IncomingMessage): Promise<string> => {
  response.resume();
  await once(response, 'end');
  return '';
};

/** Connections are reused, one for each concurrent request. */
export function createApiClient(origin: string): ApiClient {
  const agent = new Agent({ keepAlive: true });
  const send = (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    content: string | Buffer | null,
    isDropped = false,
  ): Promise<Reply> =>
    new Promise((resolve) => {
      const signal = AbortSignal.timeout(PATIENCE);
      const fail = (error: NodeJS.ErrnoException): void => resolve({ failure: error.code ?? error.name });
      const sent = httpRequest(origin + path, { method, agent, signal, headers }, (response) => {
        (isDropped ? drop(response) : text(response)).then((body) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: body });
        }, fail);
      });
      sent.once('error', fail);
      sent.end(content ?? undefined);
    });
  return {
    send: ({ method, path, organization, body, encoded, isDropped, key }) =>
      send(
        method,
        API + path,
        {
          ...identityHeaders(organization),
          ...(body === undefined && !encoded ? {} : { 'content-type': 'application/json' }),
          ...(encoded?.encoding ? { 'content-encoding': encoded.encoding } : {}),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        encoded ? encoded.bytes : body === undefined ? null : JSON.stringify(body),
        isDropped,
      ),
    read: (path) => send('GET', path, {}, null),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
