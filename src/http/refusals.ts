import type { RequestListener } from 'node:http';
import type { Express, RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import { invalid } from '../lib/errors.ts';
import { refusalOf } from './overload.ts';
import { toErrorResponse } from './error-response.ts';

const HOST = 'host';

/** Refuses requests with several `Host` headers (RFC 9112, 3.2): proxies and servers may disagree about which one counts. */
export const refuseTwoHosts: RequestHandler = ({ rawHeaders }, _res, next) => {
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

/** What is served at the root however busy the process is. */
const PROBES: ReadonlySet<string> = new Set(['/status', '/ready', '/metrics']);

/** Refuses requests while the event loop is late, except those of probes. A request that was started is completed. */
export function shedLoad({ overload, metrics }: Pick<AppContext, 'overload' | 'metrics'>): RequestHandler {
  return (req, _res, next) => {
    if (overload.eventLoop()) {
      const { exchange } = req as { exchange?: typeof req.exchange };
      const served = exchange ? exchange.operation?.alwaysAnswered === true : PROBES.has(req.path);
      if (!served) throw refusalOf('event_loop', metrics.protection);
    }
    next();
  };
}

/** Refuses requests whose target is no URL: express would pass them to no middleware. */
export function refuseWrongTargets(app: Express): RequestListener {
  const { status, body } = toErrorResponse(
    invalid({ detail: 'the request target is not a URL', code: 'request.malformed' }),
  );
  return (req, res) => {
    const { url = '' } = req;
    if (url.startsWith('/') || url === '*' || URL.canParse(url)) app(req, res);
    else res.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  };
}
