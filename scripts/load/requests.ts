import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** A response, or the code of the error: `ECONNREFUSED`, `timeout`. */
export type Reply = { readonly status: number; readonly text: string } | { readonly failure: string };

export interface Sender extends Disposable {
  /** Sends a request below the API's address, with a body as JSON where there is one. Never fails. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<Reply>;
}

/** Timeout in milliseconds, well beyond every objective. */
const PATIENCE = 10_000;

const replyTo = (request: ClientRequest, body: string | null): Promise<Reply> =>
  new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => resolve({ failure: error.code ?? error.name });
    const read = async (response: IncomingMessage): Promise<void> => {
      resolve({ status: response.statusCode ?? 0, text: await text(response) });
    };
    request.once('error', fail);
    request.once('response', (response) => void read(response).catch(fail));
    request.end(body ?? undefined);
  });

/** A client of the API at an address. Connections are reused, one for each concurrent request. */
export function createSender(url: string, headers: Readonly<Record<string, string>>): Sender {
  const isTls = url.startsWith('https:');
  const agent = isTls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const request = isTls ? httpsRequest : httpRequest;
  return {
    send: async (method, path, body) => {
      const content = body === undefined ? null : JSON.stringify(body);
      const options: RequestOptions = {
        ...{ method, agent, signal: AbortSignal.timeout(PATIENCE) },
        headers: content === null ? headers : { ...headers, 'Content-Type': 'application/json' },
      };
      const reply = await replyTo(request(url + path, options), content);
      return 'failure' in reply && reply.failure === 'ABORT_ERR' ? { failure: 'timeout' } : reply;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}
