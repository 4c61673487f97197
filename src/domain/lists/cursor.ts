// Cursors are opaque to callers but not authenticated: a forged cursor selects entries of the caller's organization only.
import { hash } from 'node:crypto';
import type { Counted, Position } from '../../db/queries/list-types.ts';
import { invalid } from '../../lib/errors.ts';

export interface Cursor extends Counted {
  /** Position of the last entry of the previous page. */
  readonly after: Position;
}

/** Version of the format; cursors of other versions are invalid. */
const VERSION = 1;

/** Like an empty parameter, starts a list. */
const START = 'start';

const FINGERPRINT_LENGTH = 16;

/** Identifies a list by organization, path, order and filters. */
export function fingerprintOfList(
  orgId: string,
  path: string,
  parameters: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const given = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, [value].flat().toSorted()])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([orgId, path, given]), 'base64url').slice(0, FINGERPRINT_LENGTH);
}

/** @param list fingerprint of the list */
export function writeCursor(list: string, { count, atLeast, after }: Cursor): string {
  return Buffer.from(JSON.stringify([VERSION, list, count, atLeast, ...after])).toString('base64url');
}

const refuse = (reason: string) =>
  invalid({
    detail: `parameter "cursor" in query has an error: ${reason}`,
    code: 'parameter.invalid',
    ...{ pointer: 'query.cursor', takes: '"start", or next_cursor of the page before' },
  });

const MALFORMED = 'it is none that the service gave; begin with "start"';

const decode = (text: string): unknown => {
  const bytes = Buffer.from(text, 'base64url');
  // The decoder ignores invalid characters.
  if (bytes.toString('base64url') !== text) throw refuse(MALFORMED);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse(MALFORMED);
  }
};

/**
 * Parses a cursor; `null` at the start of a list.
 * @param list fingerprint of the requested list
 * @throws ServiceError `invalid` for a malformed cursor or a cursor of another list
 */
export function readCursor(text: string, list: string, isPosition: (position: Position) => boolean): Cursor | null {
  if (text === '' || text === START) return null;
  const content = decode(text);
  if (!Array.isArray(content) || content.length !== 6) throw refuse(MALFORMED);
  const [version, of, count, atLeast, value, id] = content as unknown[];
  if (version !== VERSION) throw refuse('it is of another release; begin with "start"');
  if (of !== list) throw refuse('it belongs to a list with other filters or another order; begin with "start"');
  if (!Number.isSafeInteger(count) || (count as number) < 0 || typeof atLeast !== 'boolean') throw refuse(MALFORMED);
  if (typeof value !== 'string' || typeof id !== 'string' || !isPosition([value, id])) throw refuse(MALFORMED);
  return { count: count as number, atLeast, after: [value, id] };
}
