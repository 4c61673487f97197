import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { rootCertificates } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../text.ts';
import got, { MaxRedirectsError, type Request, type Response } from 'got';

/** A client certificate, by the names of PEM files. */
export interface ClientCertificate {
  readonly certPath: string;
  readonly keyPath: string;
}

export interface TransportSettings {
  /** `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly proxyEnv: Readonly<Record<string, string | undefined>>;
  /** Client certificate for hosts of repositories that need a subscription. */
  readonly clientCertificate?: ClientCertificate | null;
  /** PEM file of authorities to trust besides the usual ones. */
  readonly caPath?: string | null;
  /** Milliseconds for the connection, for the start of the response, and over which `SLOWEST` is measured. */
  readonly timeout: number;
  /** Milliseconds before something is tried again; twice as much each further time. */
  readonly retryDelay: number;
}

/**
 * Something cannot be fetched: `passing` may work when it is tried again, `refused` will not, and with `wrong` the
 * server has other content than the requested one.
 */
export type FetchFailure = 'passing' | 'refused' | 'wrong';

export class FetchError extends Error {
  readonly failure: FetchFailure;
  constructor(failure: FetchFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** Who fetches: with a client certificate or without. */
export interface Fetching {
  readonly subscribed: boolean;
}

/** The response to a request for (the rest of) a file. */
export interface Body {
  /** Offset of its first byte in the file. */
  readonly from: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface Transport {
  /**
   * The content of an address, which is tried for again where that makes sense.
   * @param limit most bytes that it may have
   * @throws FetchError
   */
  readonly bytes: (url: string, limit: number, as: Fetching) => Promise<Uint8Array>;
  /**
   * Requests an http or https file from an offset on. The server may send the whole file instead.
   * @throws FetchError, also while the pieces are read
   */
  readonly open: (url: string, from: number, as: Fetching) => Promise<Body>;
  /** Waits before a further attempt. @param attempt how many there were */
  readonly pause: (attempt: number) => Promise<void>;
}

/** Attempts at something that fails in a way that may pass. */
export const ATTEMPTS = 3;
/** Least bytes per second of a server: a slower one would block the command without end. */
const SLOWEST = 1_000;
const MAX_REDIRECTS = 10;

const refuseDowngrade = (next: URL | undefined, from: string): void => {
  if (new URL(from).protocol === 'https:' && next?.protocol !== 'https:') {
    throw new FetchError('refused', `is redirected to ${next?.protocol}//${next?.host}, which is not https`);
  }
};

const asFetchError = (error: unknown): FetchError => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof FetchError) return cause;
  const message = messageOf(error);
  return new FetchError(error instanceof MaxRedirectsError ? 'refused' : 'passing', message, { cause: error });
};

const statusError = ({ statusCode, statusMessage }: Response): FetchError => {
  const passing = statusCode >= 500 || statusCode === 408 || statusCode === 429;
  const failure = passing ? 'passing' : statusCode === 416 ? 'wrong' : 'refused';
  return new FetchError(failure, `responded with ${statusCode} ${statusMessage ?? ''}`.trim());
};

/** Reads a response while it is fast enough. */
async function* paced(stream: Request, timeout: number): AsyncGenerator<Uint8Array> {
  const least = (SLOWEST * timeout) / 1_000;
  let received = 0;
  const watch = setInterval(() => {
    if (received < least) {
      stream.destroy(new FetchError('passing', `is slow: ${received} bytes in ${timeout / 1_000} s`));
    }
    received = 0;
  }, timeout);
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      received += piece.byteLength;
      yield piece;
    }
  } catch (error) {
    throw asFetchError(error);
  } finally {
    clearInterval(watch);
    stream.destroy();
  }
}

/** Offset of a partial response by its `content-range`; `null` without one. */
const rangeStart = (header: string | undefined): number | null => {
  const [, start] = /^bytes (\d+)-/.exec(header ?? '') ?? [];
  return start === undefined ? null : Number(start);
};

const collect = async (pieces: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> => {
  const collected: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.byteLength;
    if (length > limit) throw new FetchError('wrong', `holds more than ${limit} bytes`);
    collected.push(piece);
  }
  return Buffer.concat(collected);
};

/** Reads a file of this machine. */
const readLocal = async (url: string, limit: number): Promise<Uint8Array> => {
  try {
    const path = fileURLToPath(url);
    const { size } = await stat(path);
    if (size > limit) throw new Error(`holds more than ${limit} bytes`);
    return await readFile(path);
  } catch (error) {
    throw new FetchError('refused', messageOf(error), { cause: error });
  }
};

/** @throws Error when a certificate cannot be read */
export function createTransport(settings: TransportSettings): Transport {
  const { timeout, retryDelay, clientCertificate, caPath } = settings;
  const common = { keepAlive: true, proxyEnv: { ...settings.proxyEnv } };
  const tls = {
    ...common,
    ...(caPath ? { ca: [...rootCertificates, readFileSync(caPath, 'utf8')] } : {}),
    minVersion: 'TLSv1.2' as const,
  };
  const http = new HttpAgent(common);
  const agents = {
    anonymous: { http, https: new HttpsAgent(tls) },
    subscribed: clientCertificate && {
      http,
      https: new HttpsAgent({
        ...tls,
        cert: readFileSync(clientCertificate.certPath),
        key: readFileSync(clientCertificate.keyPath),
      }),
    },
  };

  const open: Transport['open'] = async (url, from, { subscribed }) => {
    const stream = got.stream(url, {
      agent: (subscribed && agents.subscribed) || agents.anonymous,
      headers: { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
      // What is compressed has a checksum: it is needed as it is.
      decompress: false,
      throwHttpErrors: false,
      maxRedirects: MAX_REDIRECTS,
      retry: { limit: 0 },
      timeout: { lookup: timeout, connect: timeout, secureConnect: timeout, response: timeout },
      hooks: {
        beforeRedirect: [(next, { url: at }) => refuseDowngrade(next.url ? new URL(next.url) : undefined, at)],
      },
    });
    // A connection may break between two reads. The next read fails then; without a listener the process would end.
    stream.on('error', () => {});
    let response: Response;
    try {
      [response] = (await once(stream, 'response')) as [Response];
    } catch (error) {
      stream.destroy();
      throw asFetchError(error);
    }
    const start = response.statusCode === 206 ? rangeStart(response.headers['content-range']) : 0;
    if (response.statusCode !== 200 && response.statusCode !== 206) {
      stream.destroy();
      throw statusError(response);
    }
    if (start === null || start > from) {
      stream.destroy();
      throw new FetchError('wrong', 'responded with another range than the requested one');
    }
    return { from: start, pieces: paced(stream, timeout) };
  };

  const pause: Transport['pause'] = (attempt) => sleep(retryDelay * 2 ** (attempt - 1));

  return {
    open,
    pause,
    bytes: async (url, limit, as) => {
      if (new URL(url).protocol === 'file:') return readLocal(url, limit);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await collect((await open(url, 0, as)).pieces, limit);
        } catch (error) {
          const failure = asFetchError(error);
          if (failure.failure !== 'passing' || attempt === ATTEMPTS) throw failure;
        }
        await pause(attempt);
      }
    },
  };
}
