import { LRUCache } from 'lru-cache';

/** Names beside those of places, and directories of the database that hold all names again. */
const SPECIAL: ReadonlySet<string> = new Set(['Factory', 'localtime', 'posixrules']);
const COPIES = /^(?:posix|right)\//;

/** The name as the database writes it; `null` when it does not exist. */
const resolve = (zone: string): string | null => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
};

const exists = (text: string): boolean => {
  const zone = text.replace(COPIES, '');
  if (SPECIAL.has(zone)) return true;
  // Offsets such as +01:00 are zones of the language, not of the database.
  if (!/^[A-Za-z]/.test(zone)) return false;
  const resolved = resolve(zone);
  return resolved !== null && (resolved === zone || resolved.toLowerCase() !== zone.toLowerCase());
};

/** Answers that are kept: making a formatter takes longer than all other rules together. */
const MAX_ANSWERS = 1_000;
const answers = new LRUCache<string, boolean>({ max: MAX_ANSWERS });

/** Length of the longest names, in characters; others are no names, and are not kept. */
const MAX_LENGTH = 64;

/** Whether the time zone database has a name. Capital and small letters differ. */
export function isTimeZone(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const known = answers.get(text);
  if (known !== undefined) return known;
  const answer = exists(text);
  answers.set(text, answer);
  return answer;
}
