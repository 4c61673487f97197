/** A message in one line: JSON.parse quotes the text it stumbles over, line ends included. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}

/** `1 package`, `2 packages`. */
export const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A URL without the user name and password that it may have. */
export function redactedAddress(url: string): string {
  if (!URL.canParse(url)) return url;
  const redacted = new URL(url);
  if (redacted.username === '' && redacted.password === '') return url;
  redacted.username = redacted.password = '';
  return redacted.href;
}
