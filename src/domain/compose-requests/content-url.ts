import { trimEnd } from '../../lib/trim-end.ts';

/** Where builds fetch content from. */
export interface ContentHost {
  /** Base URL; replaces scheme and host of snapshots' public addresses. */
  readonly repoUrl: string;
  /** Path put between the base and the path of a dated snapshot. */
  readonly repoPrefix: string;
}

/** An address or path that cannot be used; the message is for the operator. */
export class UnusableContentPathError extends Error {
  override readonly name = 'UnusableContentPath';
}

const joinPath = (base: string, parts: readonly string[]): string => {
  const url = new URL(base);
  const segments: string[] = [];
  const all = [url.pathname, ...parts];
  for (const segment of all.join('/').split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const path = segments.map((segment) => `/${segment}`).join('');
  const slash = path !== '' && all.at(-1)?.endsWith('/') ? '/' : '';
  return `${url.origin}${path}${slash}`;
};

const refuseBrokenEscapes = (path: string): string => {
  if (/%(?![0-9A-Fa-f]{2})/.test(path) || /[\s\\?#]/.test(path)) {
    throw new UnusableContentPathError(`"${path}" is no path`);
  }
  return path;
};

/**
 * Address of a dated snapshot on the content host.
 * @param path path of the snapshot's repository
 * @throws UnusableContentPath
 */
export function snapshotUrl(host: ContentHost, path: string): string {
  return joinPath(host.repoUrl, [host.repoPrefix, refuseBrokenEscapes(path)]);
}

/**
 * Address on the content host of what is published at another: only its path is kept, with its escapes.
 * @throws UnusableContentPath when it is no address with a path
 */
export function onContentHost(host: ContentHost, published: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(published) || !URL.canParse(published)) {
    throw new UnusableContentPathError(`"${published}" is no address`);
  }
  const path = new URL(published).pathname;
  // An address without a path means the content host itself.
  return joinPath(host.repoUrl, path === '/' && !published.endsWith('/') ? [] : [refuseBrokenEscapes(path)]);
}

/** Addresses are the same repository whether or not they end with a slash. */
export function withoutTrailingSlash(url: string): string {
  return trimEnd(url, '/');
}
