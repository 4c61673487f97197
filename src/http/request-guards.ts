import type { RequestListener } from 'node:http';
import type { Express, RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import { invalid } from '../lib/errors.ts';
import { overloadError } from './overload.ts';
import { toErrorResponse } from './error-response.ts';

const HOST = 'host';

/** Rejects requests with several `Host` headers (RFC 9112, 3.2): proxies and servers may use different ones. */
export const rejectMultipleHosts: RequestHandler = ({ rawHeaders }, _res, next) => {
  let hosts = 0;
  // Names and values alternate.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === HOST.length && name.toLowerCase() === HOST) hosts += 1;
  }
  if (hosts > 1)
    throw invalid({
      detail: 'the request has more than one Host header',
      code: 'request.malformed',
      pointer: 'header.Host',
    });
  next();
};

const PROBES: ReadonlySet<string> = new Set(['/status', '/ready', '/metrics']);

/** Rejects requests while the event loop is overloaded, except probes. */
export function shedLoad({ overload, metrics }: Pick<AppContext, 'overload' | 'metrics'>): RequestHandler {
  return (req, _res, next) => {
    if (overload.eventLoop()) {
      const { exchange } = req as { exchange?: typeof req.exchange };
      const served = exchange ? exchange.operation?.alwaysServed === true : PROBES.has(req.path);
      if (!served) throw overloadError('event_loop', metrics.protection);
    }
    next();
  };
}

/** Rejects targets that are no URL, which express would pass to no middleware. */
export function rejectInvalidTargets(app: Express): RequestListener {
  const { status, body } = toErrorResponse(
    invalid({ detail: 'the request target is not a URL', code: 'request.malformed' }),
  );
  return (req, res) => {
    const { url = '' } = req;
    if (url.startsWith('/') || url === '*' || URL.canParse(url)) app(req, res);
    else res.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  };
}
