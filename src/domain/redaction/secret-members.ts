import { holdsSecret } from './log-lines.ts';

/** Members with arbitrary content: files and Ignition configurations. */
const CONTENT: ReadonlySet<string> = new Set(['data', 'config']);

/** User and password of an address. */
export const USER_INFO = /:\/\/([^/\s"<>@]{1,512})@/g;

/** Whether the whole text of a member is secret: by its name, or because it may contain anything. */
export function isSecretMember(name: string): boolean {
  return CONTENT.has(name) || holdsSecret(name);
}

/** Whether a text contains an address with user and password. */
export function hasUserInfo(text: string): boolean {
  return text.search(USER_INFO) >= 0;
}

/** Whether a text of a stored request is encrypted where encryption is on. An item of a list has the name of the list. */
export function isStoredSecret(name: string, text: string): boolean {
  return isSecretMember(name) || hasUserInfo(text);
}
