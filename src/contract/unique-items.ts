import type { FuncKeywordDefinition, SchemaValidateFunction } from 'ajv';

const canonicalText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : JSON.stringify(value);
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

/** `uniqueItems` in linear time. ajv compares every pair, which takes minutes for ten thousand items. */
export const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  // As in ajv: duplicates are reported before errors of an item.
  before: 'items',
  validate,
};
