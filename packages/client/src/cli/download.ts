import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { dataOf } from '../response.ts';
import { CliError, connectionReason, EXIT } from './failures.ts';
import { startProgress } from './progress.ts';
import type { Session } from './session.ts';

interface Download {
  readonly file: string;
  readonly bytes: number;
}

/** The address of an image. @throws CliError where the image is not finished, or is in a cloud */
const addressOf = async ({ api }: Session, composeId: string): Promise<string> => {
  const { image_status: image } = dataOf(await api.GET('/composes/{composeId}', { params: { path: { composeId } } }));
  if (image.status !== 'success')
    throw new CliError(`the compose has the status ${image.status}: wait until it has finished`, EXIT.refused);
  const options = (image.upload_status?.options ?? {}) as { readonly url?: string };
  if (options.url === undefined || options.url === '')
    throw new CliError(`the image is not a file: ${JSON.stringify(options)}`, EXIT.refused);
  return options.url;
};

const sizeOf = ({ headers }: Response): number | null => {
  const length = headers.get('content-length');
  // The length is that of the encoded body.
  return length === null || headers.has('content-encoding') ? null : Number(length);
};

/** Requests an image. The address is signed: it gets no identity, and messages leave the signature out. @throws CliError */
const request = async (address: URL, signal: AbortSignal): Promise<Response & { body: ReadableStream }> => {
  const place = `${address.origin}${address.pathname}`;
  const response = await fetch(address, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new CliError(`${place} cannot be reached: ${connectionReason(error)}`, EXIT.unavailable);
  });
  if (!response.ok || response.body === null)
    throw new CliError(`${place} responds with ${response.status}: its address may have expired`, EXIT.unavailable);
  return response as Response & { body: ReadableStream };
};

/** @throws CliError for a file that cannot be written; any other error as it is */
const rethrow = (error: unknown, file: string): never => {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && ['open', 'write', 'rename'].includes(syscall ?? ''))
    throw new CliError(`${file} cannot be written: ${message}`);
  throw error;
};

/**
 * Downloads an image. The file has its name only when it is complete.
 * @param output by default the name in the address
 * @throws CliError
 */
export async function download(session: Session, composeId: string, output: string | undefined): Promise<Download> {
  const address = new URL(await addressOf(session, composeId));
  const { signal } = session.io;
  const file = output ?? (decodeURIComponent(basename(address.pathname)) || `${composeId}.img`);
  const part = `${file}.part`;
  const response = await request(address, signal);
  const total = sizeOf(response);
  const progress = startProgress(session.io, file);
  let bytes = 0;
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      progress.update(total === null ? 0 : bytes / total, session.io.terminal === null ? 'download' : `${bytes} bytes`);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body), counter, createWriteStream(part), { signal });
    if (total !== null && bytes !== total)
      throw new CliError(`the download ended after ${bytes} of ${total} bytes`, EXIT.unavailable);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    rethrow(error, file);
  } finally {
    progress.stop();
  }
  return { file, bytes };
}
