// Cursors: where a list that is read page by page goes on. They are opaque to callers, and nothing in them is trusted: a cursor
// of somebody's own making shows nothing but the caller's own entries.
import { hash } from 'node:crypto';
import { invalid } from '../errors.ts';

/** The place of an entry in a list: what the list is sorted by, and the entry's id. */
export type Position = readonly [value: string, id: string];

/** The length of a list. */
export interface Counted {
  readonly count: number;
  /** Whether counting ended before the list did. */
  readonly atLeast: boolean;
}

/** What a cursor says. */
export interface Cursor extends Counted {
  /** The last entry that was read. */
  readonly after: Position;
}

/** Of the format. Cursors of others are refused: whoever reads a list begins anew. */
const VERSION = 1;

/** The value of the parameter that begins a list; so does an empty one. */
const START = 'start';

const LIST_LENGTH = 16;

/** Tells one list from others: whose it is, its address, its order and its filters. */
export const fingerprintOfList = (
  orgId: string,
  path: string,
  parameters: Readonly<Record<string, string | readonly string[] | undefined>>,
): string => {
  const given = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, [value].flat().toSorted()])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([orgId, path, given]), 'base64url').slice(0, LIST_LENGTH);
};

/** @param list fingerprint of the list */
export const writeCursor = (list: string, { count, atLeast, after }: Cursor): string =>
  Buffer.from(JSON.stringify([VERSION, list, count, atLeast, ...after])).toString('base64url');

const refuse = (reason: string) => invalid(`parameter "cursor" in query has an error: ${reason}`);

const MALFORMED = 'it is none that the service gave; begin with "start"';

const decode = (text: string): unknown => {
  const bytes = Buffer.from(text, 'base64url');
  // The decoder skips what it does not know.
  if (bytes.toString('base64url') !== text) throw refuse(MALFORMED);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse(MALFORMED);
  }
};

/**
 * Reads the parameter; `null` at the beginning of a list.
 * @param list fingerprint of the list that is asked for
 * @param isPosition whether a place is one that the list can have
 * @throws ServiceError `invalid` for what is no cursor, or one of another list
 */
export const readCursor = (text: string, list: string, isPosition: (position: Position) => boolean): Cursor | null => {
  if (text === '' || text === START) return null;
  const content = decode(text);
  if (!Array.isArray(content) || content.length !== 6) throw refuse(MALFORMED);
  const [version, of, count, atLeast, value, id] = content as unknown[];
  if (version !== VERSION) throw refuse('it is of another release; begin with "start"');
  if (of !== list) throw refuse('it belongs to a list with other filters or another order; begin with "start"');
  if (!Number.isSafeInteger(count) || (count as number) < 0 || typeof atLeast !== 'boolean') throw refuse(MALFORMED);
  if (typeof value !== 'string' || typeof id !== 'string' || !isPosition([value, id])) throw refuse(MALFORMED);
  return { count: count as number, atLeast, after: [value, id] };
};
