import type { Finding } from './build-rules/rule.ts';

const HEADER = 'Image-Builder-Warnings';

/** Bounds of the header: proxies limit the size of all headers together. */
const MAX_TEXTS = 20;
const MAX_TEXT = 200;

/** A string of RFC 9651: printable ASCII in quotes. */
const quoted = (text: string): string =>
  `"${text
    .slice(0, MAX_TEXT)
    .replaceAll(/[^\u0020-\u007e]/g, '?')
    .replaceAll(/["\\]/g, '\\$&')}"`;

const listOf = (findings: readonly Finding[]): string =>
  findings
    .slice(0, MAX_TEXTS)
    .map(({ pointer, detail }) => quoted(`${pointer}: ${detail}`))
    .join(', ');

type Headers = Readonly<Record<string, string>>;

/** The header that names warnings; no header without any. */
export function warningsHeader(findings: readonly Finding[]): { readonly headers?: Headers } {
  return findings.length === 0 ? {} : { headers: { [HEADER]: listOf(findings) } };
}

/** Headers with further warnings before those that they have. @param findings at least one */
export function withWarnings(headers: Headers, findings: readonly Finding[]): Headers {
  const own = headers[HEADER];
  return { ...headers, [HEADER]: own === undefined ? listOf(findings) : `${listOf(findings)}, ${own}` };
}
