// The only calls to hosts that callers choose. They carry nothing of this service's own (no identity, cookies, proxy or kept
// connection), go to no address that was not looked at, follow nothing, and end in time, whatever the other side does.
import { Resolver } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isAllowedAddress, type AddressRange } from '../lib/addresses.ts';
import { hostOf, isLocalName, LOCAL_ADDRESS, urlProblem } from '../lib/webhook-url.ts';

/** What a receiver answered. */
export interface ReceiverResponse {
  readonly status: number;
  /** The beginning of the body, as it came, of an answer that is no success. */
  readonly excerpt: string;
}

/** No answer, or nobody asked. `message` has neither the address nor what was sent. */
export class ReceiverError extends Error {
  override readonly name = 'ReceiverError';
}

export type SendToReceiver = (
  url: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  signal?: AbortSignal,
) => Promise<ReceiverResponse>;

export interface ReceiverSettings {
  /** Ranges that the operator allows besides public addresses. */
  readonly allowedRanges: readonly AddressRange[];
  /** Milliseconds for all of it: name, connection, and the head of the answer. */
  readonly timeout?: number;
  /** All addresses of a name. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
}

const TIMEOUT = 10_000;
const USER_AGENT = 'image-builder-webhooks/1';

/** Bytes of an answer that are read, and milliseconds that its body gets after its head. */
const MAX_ANSWER_BYTES = 4_096;
const BODY_TIME = 1_000;
const MAX_HEAD_BYTES = 16_384;

/**
 * Asks the name servers, and them alone: the system's way waits in one of a few threads, which all of the process shares, for as long
 * as the name servers of a name let it.
 */
const createResolve = (): NonNullable<ReceiverSettings['resolve']> => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (name) => {
    if (isLocalName(name)) return [LOCAL_ADDRESS];
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  };
};

/** Gives a connection the addresses that were looked at, whatever the name is said to be by now. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_name, options, callback) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }));
    if (options.all === true) callback(null, all);
    else callback(null, all[0]?.address ?? '', all[0]?.family);
  };

/** Reads the beginning of a body; what breaks off is what there is. */
const beginningOf = (answer: IncomingMessage): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (): void => {
      clearTimeout(timer);
      answer.destroy();
      resolve(Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString());
    };
    const timer = setTimeout(end, BODY_TIME);
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_ANSWER_BYTES) end();
    });
    answer.once('close', end);
    answer.once('error', end);
  });

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? 'unknown failure');

/** Sends messages to receivers. @throws (the returned function) ReceiverError */
export function createSendToReceiver(settings: ReceiverSettings): SendToReceiver {
  const { allowedRanges, timeout = TIMEOUT, resolve = createResolve() } = settings;

  /** Addresses of a host, all of which messages may be sent to. */
  const addressesOf = async (host: string): Promise<readonly string[]> => {
    const addresses = isIP(host) === 0 ? await resolve(host) : [host];
    if (addresses.length === 0) throw new ReceiverError('the name has no address');
    // One that is allowed beside one that is not is what somebody sets up on purpose.
    if (!addresses.every((address) => isAllowedAddress(address, allowedRanges)))
      throw new ReceiverError('the address is not public');
    return addresses;
  };

  const post = (
    url: URL,
    addresses: readonly string[],
    { headers, body }: Parameters<SendToReceiver>[1],
    signal: AbortSignal,
  ): Promise<ReceiverResponse> =>
    new Promise((resolveAnswer, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const sent = send(
        url,
        {
          method: 'POST',
          // A connection for this message alone: one that is kept could lead elsewhere by the time of the next.
          agent: false,
          lookup: pinned(addresses),
          headers: { 'user-agent': USER_AGENT, ...headers, 'content-length': Buffer.byteLength(body) },
          ...{ maxHeaderSize: MAX_HEAD_BYTES, minVersion: 'TLSv1.2', signal },
        },
        (answer) => {
          const status = answer.statusCode ?? 0;
          const excerpt = beginningOf(answer);
          // A receiver that has the message has it, whatever it says further.
          if (isSuccess(status)) resolveAnswer({ status, excerpt: '' });
          else void excerpt.then((text) => resolveAnswer({ status, excerpt: text }));
        },
      );
      sent.once('upgrade', (_answer, socket) => {
        socket.destroy();
        reject(new ReceiverError('no answer but HTTP 101'));
      });
      sent.on('error', reject);
      sent.end(body);
    });

  return async (text, message, stopping) => {
    // What is stored was allowed once; the operator may have changed that.
    const problem = urlProblem(text, allowedRanges);
    if (problem !== null) throw new ReceiverError(`the url ${problem}`);
    const url = new URL(text);
    const expiry = AbortSignal.timeout(timeout);
    const signal = stopping ? AbortSignal.any([expiry, stopping]) : expiry;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ReceiverError('no answer in time')), { once: true });
    });
    const work = async (): Promise<ReceiverResponse> => post(url, await addressesOf(hostOf(url)), message, signal);
    try {
      return await Promise.race([work(), aborted]);
    } catch (error) {
      if (error instanceof ReceiverError) throw error;
      if (expiry.aborted) throw new ReceiverError('no answer in time', { cause: error });
      throw new ReceiverError(`no answer (${codeOf(error)})`, { cause: error });
    }
  };
}
