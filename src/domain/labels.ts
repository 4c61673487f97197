import { invalid } from '../lib/errors.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Label {
  readonly key: string;
  readonly value: string;
}

const KEY = /^[A-Za-z0-9._/-]{1,63}$/;

/** Characters of a malformed key that an error contains. */
const MAX_REPEATED_KEY = 100;

/**
 * Validates keys, which the schema cannot describe; the schema validates values and their number.
 * @throws ServiceError `invalid` with the first malformed key
 */
export function refuseMalformedLabels(labels: Labels | undefined): void {
  const malformed = Object.keys(labels ?? {}).find((key) => !KEY.test(key));
  if (malformed === undefined) return;
  const repeated = Array.from(malformed).slice(0, MAX_REPEATED_KEY).join('');
  const pointer = `/labels/${repeated.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const reason = 'the key of a label has 1 to 63 characters out of letters, digits, ".", "_", "/" and "-"';
  throw invalid({
    detail: `request body has an error: Error at "${pointer}": ${reason}`,
    code: 'body.invalid',
    pointer,
  });
}

/** Parses a filter of the form `key:value`; the value may contain colons. */
export function parseLabel(text: string): Label {
  const colon = text.indexOf(':');
  return { key: text.slice(0, colon), value: text.slice(colon + 1) };
}

const compareKeys = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

/** Sorts labels by key. */
export function sortLabels(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(compareKeys));
}

/** The `labels` member of a response, absent without labels. */
export function labelsMember(labels: Labels | null): { labels?: Record<string, string> } {
  return labels === null ? {} : { labels: sortLabels(labels) };
}

/** The stored form of labels, `null` for none. */
export function labelsToStore(labels: Labels | undefined): Labels | null {
  return labels === undefined || Object.keys(labels).length === 0 ? null : labels;
}
