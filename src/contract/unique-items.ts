import type { FuncKeywordDefinition, SchemaValidateFunction } from 'ajv';

/** JSON text that equal values share, whatever the order of their members. */
const canonicalText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join()}}`;
};

const validate: SchemaValidateFunction = (unique: boolean, items: readonly unknown[]): boolean => {
  if (!unique || items.length < 2) return true;
  const seen = new Map<string, number>();
  let equal: { readonly i: number; readonly j: number } | null = null;
  for (const [i, item] of items.entries()) {
    const text = canonicalText(item);
    const j = seen.get(text);
    if (j !== undefined) equal = { i, j };
    seen.set(text, i);
  }
  if (equal === null) return true;
  validate.errors = [{ keyword: 'uniqueItems', params: equal }];
  return false;
};

/**
 * `uniqueItems` in time that grows with the length of the list. The validator's own compares each item with every other: a list
 * of some ten thousands, which a request may well hold, would keep the process busy for minutes.
 */
export const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  // Where the validator's own stands: that items are equal is told before what is wrong with one of them.
  before: 'items',
  validate,
};
