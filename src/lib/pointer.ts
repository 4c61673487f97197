const escapeToken = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The JSON pointer (RFC 6901) of keys and indexes. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${typeof key === 'number' ? key : escapeToken(key)}`).join('');
}

/** The keys of a JSON pointer. */
export function keysOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A pointer as a path that a person reads: `customizations.files[0].mode`. */
export function pathOf(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((token, index) => (/^\d+$/.test(token) ? `[${token}]` : `${index === 0 ? '' : '.'}${token}`))
    .join('')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}
