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
const REPEATED = 100;

/**
 * Refuses labels whose keys the contract cannot describe; values and their number are judged by the schema.
 * @throws ServiceError `invalid` naming the first such label
 */
export const refuseMalformedLabels = (labels: Labels | undefined): void => {
  const wrong = Object.keys(labels ?? {}).find((key) => !KEY.test(key));
  if (wrong === undefined) return;
  const shown = [...wrong].slice(0, REPEATED).join('').replaceAll('~', '~0').replaceAll('/', '~1');
  const pointer = `/labels/${shown}`;
  const reason = 'the key of a label has 1 to 63 characters out of letters, digits, ".", "_", "/" and "-"';
  throw invalid({
    detail: `request body has an error: Error at "${pointer}": ${reason}`,
    code: 'body.invalid',
    pointer,
  });
};

/** A label as a filter writes it, `key:value`; the value may have colons of its own. */
export const parseLabel = (text: string): Label => {
  const colon = text.indexOf(':');
  return { key: text.slice(0, colon), value: text.slice(colon + 1) };
};

const compare = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

/** Labels in the order of their keys. */
export const sortLabels = (labels: Labels): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).sort(compare));

/** The member of an answer that shows labels: none without labels. */
export const shownLabels = (labels: Labels | null): { labels?: Record<string, string> } =>
  labels === null ? {} : { labels: sortLabels(labels) };

/** Labels that are to be stored, `null` for none. */
export const givenLabels = (labels: Labels | undefined): Labels | null =>
  labels === undefined || Object.keys(labels).length === 0 ? null : labels;
