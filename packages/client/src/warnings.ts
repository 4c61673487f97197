const HEADER = 'image-builder-warnings';

/** Strings of RFC 9651, the only items that the header has. */
const STRING = /"((?:[^"\\]|\\.)*)"/g;

/**
 * What the service ignored or leaves out of an image, such as misspelt members: texts with the place, a colon and the explanation.
 * @returns none for a response without warnings
 */
export function warningsOf({ headers }: Pick<Response, 'headers'>): readonly string[] {
  const texts = [...(headers.get(HEADER) ?? '').matchAll(STRING)];
  return texts.map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
}
