// The only calls to hosts that clients choose: without identity, cookies, proxy, redirects or shared connections, to
// validated addresses, and with a timeout.
import { Resolver } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isAllowedAddress, type AddressRules } from '../lib/addresses.ts';
import { hostOf, isLocalName, LOCAL_ADDRESS, urlProblem } from '../lib/webhook-url.ts';

export interface ReceiverResponse {
  readonly status: number;
  /** The first bytes of an error response's body. */
  readonly excerpt: string;
}

/** The message was not sent, or received no response. The text contains neither address nor message. */
export class ReceiverError extends Error {
  override readonly name = 'ReceiverError';
}

export type SendToReceiver = (
  url: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  signal?: AbortSignal,
) => Promise<ReceiverResponse>;

export interface ReceiverSettings extends AddressRules {
  /** Milliseconds for DNS, connection and response headers. */
  readonly timeout?: number;
  readonly resolve?: (name: string) => Promise<readonly string[]>;
}

const TIMEOUT = 10_000;
const USER_AGENT = 'image-builder-webhooks/1';

/** Limits of the response body: bytes, and milliseconds after the headers. */
const MAX_BODY_BYTES = 4_096;
const BODY_TIMEOUT = 1_000;
const MAX_HEADER_BYTES = 16_384;

/**
 * Queries the name servers directly: the system's resolver blocks threads of the whole process for as long as a slow
 * name server takes.
 */
const createResolve = (): NonNullable<ReceiverSettings['resolve']> => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (name) => {
    if (isLocalName(name)) return [LOCAL_ADDRESS];
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  };
};

/** A lookup that returns the validated addresses only, so that DNS cannot change them before the connection is made. */
const createFixedLookup =
  (addresses: readonly string[]): LookupFunction =>
  (_name, options, callback) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }));
    if (options.all === true) callback(null, all);
    else callback(null, all[0]?.address ?? '', all[0]?.family);
  };

const readExcerpt = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (): void => {
      clearTimeout(timer);
      response.destroy();
      resolve(Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString());
    };
    const timer = setTimeout(end, BODY_TIMEOUT);
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_BODY_BYTES) end();
    });
    response.once('close', end);
    response.once('error', end);
  });

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown failure';

/** @throws ReceiverError unless messages may be sent to every address of the host */
const addressesOf = async (
  host: string,
  rules: AddressRules,
  resolve: NonNullable<ReceiverSettings['resolve']>,
): Promise<readonly string[]> => {
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.length === 0) throw new ReceiverError('the name has no address');
  // An attacker may combine a public address with a private one.
  if (!addresses.every((address) => isAllowedAddress(address, rules))) {
    throw new ReceiverError('the address is not public');
  }
  return addresses;
};

const post = (
  url: URL,
  addresses: readonly string[],
  { headers, body }: Parameters<SendToReceiver>[1],
  signal: AbortSignal,
): Promise<ReceiverResponse> => {
  const { promise, resolve, reject } = Promise.withResolvers<ReceiverResponse>();
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(
    url,
    {
      method: 'POST',
      // A shared connection could lead to an address that was not validated.
      agent: false,
      lookup: createFixedLookup(addresses),
      headers: { 'user-agent': USER_AGENT, ...headers, 'content-length': Buffer.byteLength(body) },
      ...{ maxHeaderSize: MAX_HEADER_BYTES, minVersion: 'TLSv1.2', signal },
    },
    (response) => {
      const status = response.statusCode ?? 0;
      const excerpt = readExcerpt(response);
      // The status decides: the message is delivered even if the body cannot be read.
      if (isSuccess(status)) resolve({ status, excerpt: '' });
      else void excerpt.then((text) => resolve({ status, excerpt: text }));
    },
  );
  request.once('upgrade', (_response, socket) => {
    socket.destroy();
    reject(new ReceiverError('no answer but HTTP 101'));
  });
  request.on('error', reject);
  request.end(body);
  return promise;
};

/** Creates a function that posts messages to webhooks. @throws (the returned function) ReceiverError */
export function createSendToReceiver(settings: ReceiverSettings): SendToReceiver {
  const { timeout = TIMEOUT, resolve = createResolve() } = settings;
  return async (text, message, stopping) => {
    // The allowed ranges may have changed since the URL was stored.
    const problem = urlProblem(text, settings);
    if (problem !== null) throw new ReceiverError(`the url ${problem}`);
    const url = new URL(text);
    const expiry = AbortSignal.timeout(timeout);
    const signal = stopping ? AbortSignal.any([expiry, stopping]) : expiry;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ReceiverError('no answer in time')), { once: true });
    });
    const deliver = async (): Promise<ReceiverResponse> =>
      post(url, await addressesOf(hostOf(url), settings, resolve), message, signal);
    try {
      return await Promise.race([deliver(), aborted]);
    } catch (error) {
      if (error instanceof ReceiverError) throw error;
      if (expiry.aborted) throw new ReceiverError('no answer in time', { cause: error });
      throw new ReceiverError(`no answer (${codeOf(error)})`, { cause: error });
    }
  };
}
