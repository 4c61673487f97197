import { holdsSecret } from './log-lines.ts';

/** Members with arbitrary content: files and Ignition configurations. */
const CONTENT: ReadonlySet<string> = new Set(['data', 'config']);

/** User and password of an address. */
export const USER_INFO = /:\/\/([^/\s"<>@]{1,512})@/g;

/** Whether the whole text of a member is secret: by its name, or because it may contain anything. */
export function isSecretMember(name: string): boolean {
  return CONTENT.has(name) || holdsSecret(name);
}

/** The same at the begin of a text that is an address: they may contain blanks and quotes. */
const OWN_USER_INFO = /^([a-z][\w+.-]{0,32}:\/\/)[^/]{1,512}@/i;

/** Whether a text contains an address with user and password. */
export function hasUserInfo(text: string): boolean {
  return text.includes('://') && (OWN_USER_INFO.test(text) || text.search(USER_INFO) >= 0);
}

/** Removes user and password from the addresses of a text. */
export function removeUserInfo(text: string): string {
  return text.replace(OWN_USER_INFO, '$1').replaceAll(USER_INFO, '://');
}

/** Whether a text of a stored request is encrypted where encryption is on. An item of a list has the name of the list. */
export function isStoredSecret(name: string, text: string): boolean {
  return isSecretMember(name) || hasUserInfo(text);
}
