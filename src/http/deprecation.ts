import type { Headers } from '../lib/response/bodies.ts';

/** Notice that an operation will be removed. Dates are `YYYY-MM-DD`, at midnight UTC. */
export interface Deprecation {
  readonly since: string;
  /** When the operation stops working, `null` while that is not decided. */
  readonly sunset: string | null;
}

const POLICY = '/docs/deprecation.html';

/** The headers `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` of a deprecated operation. */
export function deprecationHeaders({ since, sunset }: Deprecation): Headers {
  return {
    Deprecation: `@${Date.parse(since) / 1000}`,
    ...(sunset === null ? {} : { Sunset: new Date(sunset).toUTCString() }),
    Link: `<${POLICY}>; rel="deprecation"; type="text/html"`,
  };
}

/** Adds them to the headers of a response. An operation may have links of its own. */
export function withDeprecation(headers: Headers, notice: Headers): Headers {
  const links = [headers['Link'], notice['Link']].filter((link) => link !== undefined);
  return { ...headers, ...notice, Link: links.join(', ') };
}
