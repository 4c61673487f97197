// Routes outside the API: probes, metrics, document, docs.
import type { ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, type Response, type Router } from 'express';
import type { AppContext } from '../context.ts';
import { ERRORS_PATH } from '../lib/error-codes.ts';
import { notFound, ServiceError } from '../lib/errors.ts';
import { readiness } from '../handlers/getReadiness.ts';
import { versionBody } from '../handlers/getVersion.ts';
import { prefersDetails, toErrorResponse } from '../http/error-response.ts';
import { rejectMultipleHosts, shedLoad } from '../http/request-guards.ts';
import { matchesTag } from '../lib/response/etag.ts';
import { traceIdOf } from '../lib/ids.ts';
import { DOCS_ASSET_PATHS, DOCS_PATH, sendDocsAsset, sendDocsPage } from './docs-page.ts';
import { sendErrorsPage } from './errors-page.ts';

const sendJson = (res: Response, status: number, text: string): void => {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) + 1 });
  res.end(`${text}\n`);
};

export async function sendMetrics(ctx: Pick<AppContext, 'metrics'>, res: ServerResponse): Promise<void> {
  const { contentType, text } = await ctx.metrics.page();
  res.writeHead(200, { 'Content-Type': contentType });
  res.end(text);
}

const sendDocument =
  ({ documentText, documentTag }: AppContext): RequestHandler =>
  (req, res) => {
    res.setHeader('ETag', documentTag);
    res.setHeader('Cache-Control', 'no-cache');
    if (matchesTag(req.headers['if-none-match'], documentTag)) res.writeHead(304).end();
    else sendJson(res, 200, documentText);
  };

const routesOf = (ctx: AppContext): Readonly<Record<string, RequestHandler>> => ({
  '/status': (_req, res) => sendJson(res, 200, JSON.stringify(versionBody(ctx))),
  '/ready': async (req, res) =>
    sendJson(res, 200, JSON.stringify(await readiness(ctx, { traceId: traceIdOf(req), log: ctx.log }))),
  '/openapi.json': sendDocument(ctx),
  [DOCS_PATH]: (_req, res) => sendDocsPage(res),
  [ERRORS_PATH]: (_req, res) => sendErrorsPage(res),
  ...Object.fromEntries(
    DOCS_ASSET_PATHS.map((path): [string, RequestHandler] => [path, (_req, res) => sendDocsAsset(path, res)]),
  ),
  '/metrics': (_req, res) => sendMetrics(ctx, res),
});

/** Compatibility: the value of this header is specified, although HEAD is supported. */
const ALLOW = 'OPTIONS, GET';

const rejectMethod: RequestHandler = ({ method }, res) => {
  res.setHeader('Allow', ALLOW);
  if (method !== 'OPTIONS') throw new ServiceError('methodNotAllowed', 'Method Not Allowed');
  res.writeHead(204).end();
};

/** A browser must not take a response for another type than the one that it has. */
const forbidSniffing: RequestHandler = (_req, res, next) => {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  next();
};

export function sendRootFailure({ log }: AppContext): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    if (!(error instanceof ServiceError))
      log.error({ event: 'request.root_failed', err: error, path: req.path }, 'a request failed');
    if (res.headersSent) return;
    const { status, headers, body } = toErrorResponse(error, prefersDetails(req.headers));
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    sendJson(res, status, JSON.stringify(body));
  };
}

export function rootRoutes(ctx: AppContext): Router {
  const root = express.Router({ caseSensitive: true, strict: true });
  root.use(forbidSniffing);
  root.use(rejectMultipleHosts);
  root.use(shedLoad(ctx));
  for (const [path, handle] of Object.entries(routesOf(ctx))) root.route(path).get(handle).all(rejectMethod);
  root.use(() => {
    throw notFound({ detail: 'Not Found', code: 'operation.not_found' });
  });
  return root;
}
