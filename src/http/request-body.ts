import type { IncomingMessage } from 'node:http';
import type { AppContext } from '../context.ts';
import { FairSlots, NoSlotError } from '../lib/fair-slots.ts';
import {
  COMPRESSIONS,
  decompress,
  InflatedTooLargeError,
  isCompression,
  largestInflated,
  MAX_RATIO,
} from '../lib/decompress.ts';
import { ServiceError, invalid } from '../lib/errors.ts';
import { awaitBody } from './client-errors.ts';
import type { Exchange } from './exchange.ts';
import { HeldBytes } from './held-bytes.ts';

/** Reads the body into `exchange.request.body`; it stays empty without one. */
export type BodyTextReader = (exchange: Exchange) => Promise<void>;

type BodyContext = Pick<AppContext, 'config' | 'metrics' | 'use'>;

/** How many bodies wait is bounded by the budget of bytes. */
const QUEUE = { queue: Infinity, queuePerOrganization: Infinity };

/** Bodies that are decompressed at the same time: a decoder can need 16 MiB, even for a small body. */
const DECODERS = { slots: 2, slotsPerOrganization: 1, ...QUEUE };

/**
 * Bodies that are worked on at the same time, until their responses, by the bytes from which they count. A large body takes ten times its
 * size in memory, and many turns of the event loop; one of medium size takes some.
 */
const LARGE_BODIES = { from: 256 * 1024, slots: 3, slotsPerOrganization: 1, ...QUEUE };
const MEDIUM_BODIES = { from: 64 * 1024, slots: Infinity, slotsPerOrganization: 2, ...QUEUE };

/** Milliseconds that a body waits for a decoder, and for its turn. */
const MOST_WAITING = 10_000;

/** Bytes of refused bodies that are read in a millisecond, for each organization. */
const DISCARD_RATE = 16 * 1024;

/** Refused bodies of an organization are read one after the other. */
const DISCARDS = { slots: Infinity, slotsPerOrganization: 1, ...QUEUE };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

const malformed = (reason: string): ServiceError =>
  invalid({ detail: `request body has an error: ${reason}`, code: 'request.malformed' });

/** A body that is not compressed as its header says. */
const notCompressed = (encoding: string, { message }: Error): ServiceError => {
  const published = { detail: `request body has an error: ${message}`, code: 'request.malformed' } as const;
  const detail = `request body has an error: it is not in the encoding "${encoding}": ${message}`;
  const place = { pointer: 'header.Content-Encoding', value: encoding, takes: 'the encoding of the body, or none' };
  return new ServiceError('invalid', { ...published, ...place, detail }, { published });
};

const decode = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('failed to decode request body: not UTF-8');
  }
};

const tooLarge = (limit: number): ServiceError =>
  new ServiceError('tooLarge', `the request body is larger than ${limit} bytes`);

/** Reads all bytes. @param onSize called with the size so far; an error that it throws ends the reading */
const readBytes = (req: IncomingMessage, onSize: (size: number) => void): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    chunks.push(chunk);
    try {
      onSize(size);
    } catch (error) {
      req.off('data', onData);
      chunks.length = 0;
      reject(error);
    }
  };
  req.on('data', onData);
  req.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
  const onAbort = (): void => {
    // Every request closes; an error with its stack is made for aborted ones only.
    if (!req.readableEnded) reject(malformed('request aborted'));
  };
  req.on('error', onAbort);
  req.once('close', onAbort);
  return promise;
};

/** Reads the rest of a body. */
const readRest = (req: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (req.readableEnded || req.destroyed) resolve();
    req.once('end', resolve);
    req.once('close', resolve);
    req.resume();
  });

/**
 * Reads the rest of refused bodies, so that their clients can read the response. An organization that sends many is slowed down:
 * reading them would keep the process from everything else.
 */
const createDiscard = (): ((req: IncomingMessage, orgId: string) => Promise<void>) => {
  const turns = new FairSlots({ ...DISCARDS, timeout: null });
  return async (req, orgId) => {
    if (req.readableEnded || req.destroyed) return;
    const turn = await turns.take(orgId);
    const before = req.socket.bytesRead;
    await readRest(req);
    setTimeout(() => turn[Symbol.dispose](), (req.socket.bytesRead - before) / DISCARD_RATE).unref();
  };
};

/**
 * Creates the reader of bodies. They are counted from reading to the response, for each organization and in all. The
 * text is parsed when the request is validated, so that parameters are rejected first.
 */
export function createBodyTextReader({ config, metrics, use }: BodyContext): BodyTextReader {
  const { bodyLimit: limit } = config.http;
  const decoders = new FairSlots({ ...DECODERS, timeout: MOST_WAITING });
  const largeBodies = new FairSlots({ ...LARGE_BODIES, timeout: MOST_WAITING });
  const mediumBodies = new FairSlots({ ...MEDIUM_BODIES, timeout: MOST_WAITING });
  const discard = createDiscard();

  const inflate = async (bytes: Buffer, encoding: string, held: HeldBytes): Promise<Buffer> => {
    const most = largestInflated(bytes.length, limit);
    const run = async (): Promise<Buffer> => {
      held.set(bytes.length + most);
      const inflated = await decompress(bytes, encoding, most);
      held.set(inflated.length);
      return inflated;
    };
    try {
      return await decoders.run(held.orgId, run);
    } catch (error) {
      if (error instanceof NoSlotError) throw held.refuse();
      if (error instanceof ServiceError) throw error;
      if (!(error instanceof InflatedTooLargeError)) throw notCompressed(encoding, error as Error);
      if (most === limit) throw tooLarge(limit);
      throw new ServiceError('tooLarge', `the request body is more than ${MAX_RATIO} times larger decompressed`);
    }
  };

  const read = async (req: IncomingMessage, held: HeldBytes): Promise<Buffer> => {
    const encoding = (req.headers['content-encoding'] ?? 'identity').toLowerCase();
    const isCompressed = encoding !== 'identity';
    if (isCompressed && !isCompression(encoding)) {
      const detail = `the request body cannot be read: unsupported content encoding "${encoding}"`;
      throw new ServiceError('unsupportedMediaType', {
        detail,
        ...{ pointer: 'header.Content-Encoding', value: encoding, takes: COMPRESSIONS.join(', ') },
      });
    }
    const check = (size: number): void => {
      if (size > limit) throw tooLarge(limit);
      if (size > held.size) held.set(size);
    };
    check(Number(req.headers['content-length'] ?? 0));
    const bytes = await readBytes(req, check);
    return isCompressed ? inflate(bytes, encoding, held) : bytes;
  };

  /** Waits until a body of some size can be worked on. */
  const awaitTurn = async (exchange: Exchange, held: HeldBytes, size: number): Promise<void> => {
    if (size <= MEDIUM_BODIES.from) return;
    const turns = size > LARGE_BODIES.from ? largeBodies : mediumBodies;
    const turn = await turns.take(held.orgId).catch(() => {
      throw held.refuse();
    });
    if (exchange.ended) turn[Symbol.dispose]();
    else exchange.onResponse.push(() => turn[Symbol.dispose]());
  };

  return async (exchange) => {
    const { req, res, request, identity, onResponse } = exchange;
    if (req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length'])) return;
    const held = new HeldBytes(use.bodyBytes, identity.orgId, metrics.protection);
    onResponse.push(() => held.release());
    const refused = async (error: unknown): Promise<never> => {
      held.release();
      await discard(req, held.orgId);
      throw error;
    };
    const readInTurn = async (): Promise<Buffer> => {
      const bytes = await read(req, held).catch(refused);
      await awaitTurn(exchange, held, bytes.length);
      return bytes;
    };
    request.body = decode(await awaitBody(res, readInTurn()));
  };
}
