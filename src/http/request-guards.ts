import type { RequestListener } from 'node:http';
import type { Express, RequestHandler } from 'express';
import type { AppContext } from '../context.ts';
import { invalid } from '../lib/errors.ts';
import { TurnQueue } from '../lib/turn-queue.ts';
import { shortageError } from './shortage-error.ts';
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

/** Rejects requests outside of the API while the event loop is overloaded, except probes. */
export function shedLoad({ overload, metrics }: Pick<AppContext, 'overload' | 'metrics'>): RequestHandler {
  return (req, _res, next) => {
    if (overload.eventLoop(null) && !PROBES.has(req.path)) throw shortageError(metrics.protection, 'event_loop');
    next();
  };
}

/** Requests of one organization that start as soon as they arrive; more start in turns. */
const STARTED_AT_ONCE = 20;

/**
 * Counts requests in progress by organization. Rejects those over the limit of their organization, and while the event
 * loop is overloaded those of the organizations that use most; never probes.
 */
export function admitRequests({
  overload,
  metrics,
  use: { requests },
}: Pick<AppContext, 'overload' | 'metrics' | 'use'>): RequestHandler {
  const turns = new TurnQueue();
  return ({ exchange }, _res, next) => {
    const { operation, caller } = exchange;
    if (operation?.alwaysServed !== true) {
      const orgId = caller === null ? null : caller.orgId;
      if (overload.eventLoop(orgId)) throw shortageError(metrics.protection, 'event_loop');
      if (orgId !== null) {
        if (requests.refusal(orgId) !== null)
          throw shortageError(metrics.protection, 'organization_requests', requests.limits.perOrganization);
        requests.add(orgId);
        exchange.onResponse.push(() => requests.remove(orgId));
        if (requests.of(orgId) > STARTED_AT_ONCE) {
          turns.add(orgId, next);
          return;
        }
      }
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
