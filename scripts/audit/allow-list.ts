/** An advisory that is accepted for a time. */
export interface Allowed {
  readonly id: string;
  readonly reason: string;
  /** The last day on which it is accepted, as `YYYY-MM-DD`. */
  readonly expires: string;
}

/** Days for which anything can be accepted: long enough to replace a package. */
const LONGEST_DAYS = 180;

const DAY = 24 * 3600 * 1000;

const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const refuse = (index: number, problem: string): Error => new Error(`audit-allow.json: entry ${index + 1}: ${problem}`);

const parseEntry = (entry: unknown, index: number, now: Date): Allowed => {
  const { id, reason, expires, ...others } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || id === '') throw refuse(index, 'id: the advisory is missing, like GHSA-xxxx-xxxx-xxxx');
  if (typeof reason !== 'string' || reason.trim().length < 10)
    throw refuse(index, 'reason: state why it does not affect the service');
  if (typeof expires !== 'string' || !isDay(expires)) throw refuse(index, 'expires: must be a day as YYYY-MM-DD');
  if (Date.parse(expires) > now.getTime() + LONGEST_DAYS * DAY) {
    throw refuse(index, `expires: must be within ${LONGEST_DAYS} days`);
  }
  const [other] = Object.keys(others);
  if (other !== undefined) throw refuse(index, `${other}: is not known`);
  return { id, reason, expires };
};

/**
 * Reads the list of accepted advisories: JSON, a list of `{ id, reason, expires }`.
 * @throws Error naming the entry and what is wrong with it
 */
export function parseAllowList(text: string, now: Date): readonly Allowed[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new Error(`audit-allow.json: is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(list)) throw new Error('audit-allow.json: must be a list');
  return list.map((entry, index) => parseEntry(entry, index, now));
}

/** Whether an advisory is accepted on that day. */
export const isInForce = ({ expires }: Allowed, now: Date): boolean => now.toISOString().slice(0, 10) <= expires;
