export const MASK = '[set]';

/** Characters of a value that a message shows. */
const LONGEST = 200;

/** The text of a variable without the credentials that an address may have in front of its host. */
export function withoutCredentials(text: string): string {
  const end = text.lastIndexOf('@');
  if (end === -1) return text;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text) ?? [];
  return `${scheme}${MASK}${text.slice(end)}`;
}

/** The text of a variable as a message shows it: quoted, in one line, without credentials. */
export function shownText(text: string): string {
  const shown = withoutCredentials(text);
  return JSON.stringify(shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown);
}
