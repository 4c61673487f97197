import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

/** An answer of the service. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body where it is JSON, else `undefined`. Tests say what they expect of it, the compiler cannot. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface RequestOptions {
  readonly headers?: OutgoingHttpHeaders;
}

/** Speaks HTTP below one path. A body that is neither text nor bytes is sent as JSON. */
export interface Client {
  readonly get: (path: string, options?: RequestOptions) => Promise<Reply>;
  readonly post: (path: string, body?: unknown, options?: RequestOptions) => Promise<Reply>;
  readonly put: (path: string, body?: unknown, options?: RequestOptions) => Promise<Reply>;
  readonly patch: (path: string, body?: unknown, options?: RequestOptions) => Promise<Reply>;
  readonly delete: (path: string, body?: unknown, options?: RequestOptions) => Promise<Reply>;
  /** Any method. The path is sent as it is, also where it is no proper one. */
  readonly send: (method: string, path: string, body?: unknown, options?: RequestOptions) => Promise<Reply>;
}

const JSON_TYPE = 'application/json';

/** A body that is sent as TOML. */
export class TomlBody {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const parse = (type: string | undefined, text: string): unknown => {
  if (!type?.startsWith(JSON_TYPE)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const encode = (body: unknown): { bytes: Buffer; headers: OutgoingHttpHeaders } => {
  if (body === undefined) return { bytes: Buffer.alloc(0), headers: {} };
  if (body instanceof TomlBody) {
    const bytes = Buffer.from(body.text);
    return { bytes, headers: { 'content-type': 'application/toml', 'content-length': bytes.length } };
  }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { bytes, headers: { 'content-type': JSON_TYPE, 'content-length': bytes.length } };
};

export interface ClientFactory extends Disposable {
  /** @param headers sent with every request, unless it says otherwise; `undefined` leaves one out */
  readonly create: (path: string, headers?: OutgoingHttpHeaders) => Client;
}

/** Clients of the service at a port of this machine. */
export const createClients = (port: number): ClientFactory => {
  const agent = new Agent({ keepAlive: true });
  return {
    create: (base, common = {}) => {
      const send: Client['send'] = (method, path, body, options = {}) =>
        new Promise((resolve, reject) => {
          const { bytes, headers } = encode(body);
          const given = Object.entries({ ...common, ...headers, ...options.headers }).filter(
            ([, value]) => value !== undefined,
          );
          const req = request({
            ...{ host: '127.0.0.1', port, agent, method, path: base + path },
            headers: Object.fromEntries(given),
          });
          req.once('error', reject);
          req.once('response', (res) => {
            const chunks: Buffer[] = [];
            res.on('data', (chunk: Buffer) => void chunks.push(chunk));
            res.once('error', reject);
            res.once('end', () => {
              const text = Buffer.concat(chunks).toString('utf8');
              const body = parse(res.headers['content-type'], text);
              resolve({ status: res.statusCode ?? 0, headers: res.headers, text, body });
            });
          });
          req.end(bytes);
        });
      return {
        send,
        get: (path, options) => send('GET', path, undefined, options),
        post: (path, body, options) => send('POST', path, body, options),
        put: (path, body, options) => send('PUT', path, body, options),
        patch: (path, body, options) => send('PATCH', path, body, options),
        delete: (path, body, options) => send('DELETE', path, body, options),
      };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
};
