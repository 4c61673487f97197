// Labels of blueprints and builds: what they may be, and how they are shown.
import { invalid } from '../lib/errors.ts';

/** Labels of one object, by key. */
export type Labels = Readonly<Record<string, string>>;

/** One label, as lists are filtered by it. */
export interface Label {
  readonly key: string;
  readonly value: string;
}

const KEY = /^[A-Za-z0-9._/-]{1,63}$/;

/** Longest key that an error repeats: longer ones are not helped by being seen whole. */
const MAX_REPEATED_KEY = 100;

/**
 * Refuses labels whose keys the contract cannot describe; values and their number are judged by the schema.
 * @throws ServiceError `invalid` naming the first such label
 */
export function refuseMalformedLabels(labels: Labels | undefined): void {
  const malformed = Object.keys(labels ?? {}).find((key) => !KEY.test(key));
  if (malformed === undefined) return;
  const pointer = [...malformed].slice(0, MAX_REPEATED_KEY).join('').replaceAll('~', '~0').replaceAll('/', '~1');
  throw invalid(
    `request body has an error: Error at "/labels/${pointer}": ` +
      'the key of a label has 1 to 63 characters out of letters, digits, ".", "_", "/" and "-"',
  );
}

/** A label as a filter writes it, `key:value`; the value may have colons of its own. */
export function parseLabel(text: string): Label {
  const colon = text.indexOf(':');
  return { key: text.slice(0, colon), value: text.slice(colon + 1) };
}

const compareKeys = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

/** Labels in the order of their keys. */
export function sortLabels(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(compareKeys));
}

/** The member of an answer that shows labels: none without labels. */
export function labelsMember(labels: Labels | null): { labels?: Record<string, string> } {
  return labels === null ? {} : { labels: sortLabels(labels) };
}

/** Labels that are to be stored, `null` for none. */
export function labelsToStore(labels: Labels | undefined): Labels | null {
  return labels === undefined || Object.keys(labels).length === 0 ? null : labels;
}
