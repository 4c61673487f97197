import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { createImageBuilder, type ImageBuilder } from '../client.ts';
import { VERSION } from '../version.ts';
import { CliError } from './failures.ts';
import type { Io } from './io.ts';

export const LOCAL = 'http://localhost:8086/api/image-builder/v1';

/** Options of every command. */
export interface GlobalOptions {
  readonly url?: string;
  readonly identity?: string;
  readonly token?: string;
  readonly json?: true;
  readonly retries?: string;
  readonly strict?: true;
}

/** What a command works with. */
export interface Session {
  readonly io: Io;
  readonly api: ImageBuilder;
  readonly json: boolean;
  /** Prints a result: JSON with `--json`, else the lines. */
  readonly print: (value: unknown, lines: () => string | readonly string[]) => void;
  /** Prints a remark for people. */
  readonly note: (text: string) => void;
}

export function urlOf({ url }: GlobalOptions, { env }: Pick<Io, 'env'>): string {
  return (url ?? env['IMAGE_BUILDER_URL'] ?? LOCAL).replace(/\/+$/, '');
}

/** The value of an option; `@FILE` is the content of a file. @throws CliError */
export async function valueOf(text: string): Promise<string> {
  if (!text.startsWith('@')) return text;
  try {
    return (await readFile(text.slice(1), 'utf8')).trim();
  } catch (error) {
    throw new CliError(`${text.slice(1)} cannot be read: ${(error as Error).message}`);
  }
}

/** The identity header: JSON is encoded, anything else is sent as it is. */
const identityHeader = (text: string): string => (text.startsWith('{') ? Buffer.from(text).toString('base64') : text);

/** @throws CliError for an identity together with a token */
const headersOf = async (given: GlobalOptions, { env }: Io): Promise<Record<string, string>> => {
  const identity = given.identity ?? (given.token === undefined ? env['IMAGE_BUILDER_IDENTITY'] : undefined);
  const token = given.token ?? (given.identity === undefined ? env['IMAGE_BUILDER_TOKEN'] : undefined);
  if (identity && token) throw new CliError('give an identity or a token, not both');
  if (token) return { authorization: `Bearer ${await valueOf(token)}` };
  return identity ? { 'x-rh-identity': identityHeader(await valueOf(identity)) } : {};
};

/** Replaces the preference of the client, which it contains. */
const STRICT = { prefer: 'errors=detailed, handling=strict' };

export async function openSession(command: Command, io: Io): Promise<Session> {
  const given = command.optsWithGlobals<GlobalOptions>();
  const json = given.json === true;
  const baseUrl = urlOf(given, io);
  if (!/^https?:/.test(baseUrl) || !URL.canParse(baseUrl))
    throw new CliError(`${baseUrl} is no address of the API: write it like ${LOCAL}`);
  const { retries = '3' } = given;
  if (!/^\d{1,2}$/.test(retries)) throw new CliError('--retries must be a number');
  const note = (text: string): void => io.err(`${text}\n`);
  const api = createImageBuilder({
    onWarnings: (warnings) => warnings.forEach((warning) => note(`warning: ${warning}`)),
    retries: Number(retries),
    // An interruption ends every request.
    signal: io.signal,
    baseUrl,
    headers: { ...(given.strict ? STRICT : {}), ...(await headersOf(given, io)) },
    userAgent: `image-builder-cli/${VERSION}`,
  });
  return {
    ...{ io, api, json },
    print: (value, lines) => {
      const text = json ? JSON.stringify(value, null, 2) : [lines()].flat().join('\n');
      if (text !== '') io.out(`${text}\n`);
    },
    note,
  };
}
