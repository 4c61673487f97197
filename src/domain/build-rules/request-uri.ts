const HAS_CONTROL = /[\u0000-\u001f\u007f]/;
const AUTHORITY = /^(?:[^@/?#\s]*@)?(?:\[[0-9a-fA-F:.%]+\]|[^\s:/?#@"<>\\^`{}|[\]]*)(?::\d*)?$/;

/** Whether composer takes a text for an address: an absolute URI, or an absolute path. */
export function isRequestUri(text: string): boolean {
  if (text === '' || HAS_CONTROL.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  if (text.startsWith('/')) return true;
  const [, rest] = /^[A-Za-z][A-Za-z0-9+.-]*:(.*)$/.exec(text) ?? [];
  if (rest === undefined || rest === '') return false;
  return AUTHORITY.test(/^\/\/([^/?#]*)/.exec(rest)?.[1] ?? '');
}
