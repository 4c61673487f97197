const SLASH = 0x2f;

/** The prefix that a path is below (or is), `null` for none of them. */
export const prefixOf = (path: string, prefixes: ReadonlyMap<string, string>): string | null => {
  for (const prefix of prefixes.keys()) {
    if (path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === SLASH)) {
      return prefix;
    }
  }
  return null;
};
