// HTTP without redirects, for composer: got takes four times the processor time
// (docs/decisions/0006-composer-transport.md).
import { request as httpRequest, type Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent as HttpsAgent } from 'node:https';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { TOO_LARGE } from './errors.ts';
import { createConnectionUses, type ConnectionUses } from './idle-connections.ts';

export interface DirectRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Milliseconds for the whole call, including the response body. */
  readonly timeout: number;
  readonly maxBytes: number;
}

/** `location` is set for a redirect. */
export interface DirectResponse {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
}

/** A call without a response; `code` is Node's. */
export class DirectHttpError extends Error {
  override readonly name = 'DirectHttpError';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`the HTTP request failed (${code})`, options);
    this.code = code;
  }
}

/** Gateways may compress a response although the request accepts no encoding. */
const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
};

function readBytes(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) response.destroy(new DirectHttpError(TOO_LARGE));
      else chunks.push(chunk);
    });
    response.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    response.on('error', reject);
    // A response that announces its size is not read at all.
    if (Number(response.headers['content-length']) > maxBytes) response.destroy(new DirectHttpError(TOO_LARGE));
  });
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const bytes = await readBytes(response, maxBytes);
  const decode = DECODERS[response.headers['content-encoding'] ?? ''];
  if (decode === undefined) return bytes.toString();
  return (await decode(bytes, { maxOutputLength: maxBytes })).toString();
}

/** Creates a function that makes calls on kept-alive connections. @throws (the returned function) DirectHttpError */
export function createDirectHttp(
  agent: { readonly http: HttpAgent; readonly https: HttpsAgent },
  uses: ConnectionUses = createConnectionUses(),
): (url: string, request: DirectRequest) => Promise<DirectResponse> {
  return async (url, { method, headers, body, timeout, maxBytes }) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    };
    const isTls = url.startsWith('https:');
    // A GET whose connection breaks is repeated.
    if (method !== 'GET') uses.closeDoubtful(isTls ? agent.https : agent.http);
    const request = isTls
      ? httpsRequest(url, { ...options, agent: agent.https }, resolve)
      : httpRequest(url, { ...options, agent: agent.http }, resolve);
    request.on('socket', uses.sent);
    request.on('error', reject);
    const expired = (): DirectHttpError => new DirectHttpError('ETIMEDOUT');
    const expiry = new AbortController();
    const timer = setTimeout(() => {
      expiry.abort();
      request.destroy(expired());
    }, timeout);
    try {
      request.end(body);
      const response = await promise;
      const { socket } = response;
      const text = await readText(response, maxBytes);
      uses.answered(socket);
      return { status: response.statusCode ?? 0, text, location: response.headers.location };
    } catch (error) {
      if (expiry.signal.aborted) throw expired();
      if (error instanceof DirectHttpError) throw error;
      const { code = 'ERR_UNKNOWN' } = error as NodeJS.ErrnoException;
      throw new DirectHttpError(code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : code, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
}
