// Values of JSON that are replaced by sealed texts, and back.

/** Begins every sealed text. A rare character first: the search of a page of a list for it takes microseconds. */
export const SEALED_MARK = '~ibenc1.';

/** A sealed text as a value of JSON text. */
const SEALED_VALUE = /"(~ibenc1\.[\w-]+\.[\w-]+)"/g;

/** Whether a text of a member is to be sealed; an item of a list has the name of the list. */
export type IsSecret = (name: string, text: string) => boolean;

/** Whether a text is sealed. */
export function isSealed(text: string): boolean {
  return text.startsWith(SEALED_MARK);
}

/** Whether JSON text has a sealed value. A value that only looks like one is possible, and harmless. */
export function hasSealed(json: string): boolean {
  return json.includes(SEALED_MARK);
}

/** Replaces every sealed value of JSON text by what it holds. */
export function openJson(json: string, open: (sealed: string) => string): string {
  return json.replaceAll(SEALED_VALUE, (_match, sealed: string) => JSON.stringify(open(sealed)));
}

/** Whether a value has a text to seal. */
export function hasSecret(value: unknown, isSecret: IsSecret, name = ''): boolean {
  if (typeof value === 'string') return value !== '' && isSecret(name, value);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return false;
  if (Array.isArray(value)) return value.some((item) => hasSecret(item, isSecret, name));
  return Object.entries(value).some(([key, member]) => hasSecret(member, isSecret, key));
}

/** Copies a value with its secret texts sealed. */
export function sealValue(value: unknown, isSecret: IsSecret, seal: (text: string) => string, name = ''): unknown {
  if (typeof value === 'string') return value !== '' && isSecret(name, value) ? seal(value) : value;
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map((item) => sealValue(item, isSecret, seal, name));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, sealValue(member, isSecret, seal, key)]),
  );
}
