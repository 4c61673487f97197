import { trimEnd } from '../../lib/trim-end.ts';

export interface ContentHost {
  /** Replaces scheme and host of public snapshot URLs. */
  readonly repoUrl: string;
  /** Path between `repoUrl` and the path of a dated snapshot. */
  readonly repoPrefix: string;
}

/** A URL or path that cannot be used; the message is for operators. */
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

/** The URL of a dated snapshot on the content host. @throws UnusableContentPathError */
export function snapshotUrl(host: ContentHost, path: string): string {
  return joinPath(host.repoUrl, [host.repoPrefix, refuseBrokenEscapes(path)]);
}

/** Moves a published URL to the content host; its path keeps its escapes. @throws UnusableContentPathError */
export function onContentHost(host: ContentHost, published: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(published) || !URL.canParse(published)) {
    throw new UnusableContentPathError(`"${published}" is no address`);
  }
  const path = new URL(published).pathname;
  // A URL without a path means the content host itself.
  return joinPath(host.repoUrl, path === '/' && !published.endsWith('/') ? [] : [refuseBrokenEscapes(path)]);
}

/** Normalizes a URL for comparison. */
export function withoutTrailingSlash(url: string): string {
  return trimEnd(url, '/');
}
