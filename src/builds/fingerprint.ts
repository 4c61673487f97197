import { hash } from 'node:crypto';

/** Members that say nothing: a service that repeats a request may leave them out, or write them where they were not. */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** The same value with members in the order of their names and without those that say nothing. */
const canonical = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]): [string, unknown] => [name, canonical(member)])
      .filter(([, member]) => !isEmpty(member))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** What tells a request to composer from others, however composer writes it when it repeats it. */
export const fingerprintOf = (request: object): string => hash('sha256', JSON.stringify(canonical(request)), 'hex');
