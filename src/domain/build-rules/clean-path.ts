const UNCLEAN_PART = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** Whether an absolute path is canonical. */
export function isCleanPath(path: string): boolean {
  return path === '/' || !UNCLEAN_PART.test(path.slice(1));
}
