// Routes outside the API: probes, metrics, document, docs.
import type { ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, type Response, type Router } from 'express';
import type { AppContext } from '../context.ts';
import { ERRORS_PATH } from '../lib/error-codes.ts';
import { ServiceError } from '../lib/errors.ts';
import { readiness } from '../handlers/getReadiness.ts';
import { versionBody } from '../handlers/getVersion.ts';
import { prefersDetails, toErrorResponse } from '../http/error-response.ts';
import { rejectMultipleHosts, shedLoad } from '../http/request-guards.ts';
import { matchesTag } from '../lib/response/etag.ts';
import { traceIdOf } from '../lib/ids.ts';
import { sendAsyncApi } from './async-api.ts';
import { DOCS_DIRECTORY, DOCS_PATH, docsErrors, docsFiles, docsHome, sendDocsSettings } from './docs-site.ts';
import { FRONT_ASSETS, frontPage, sendFrontAsset } from './front-page.ts';
import { missing } from './missing-page.ts';

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

const routesOf = (ctx: AppContext, docs: string): Readonly<Record<string, RequestHandler>> => ({
  '/status': (_req, res) => sendJson(res, 200, JSON.stringify(versionBody(ctx))),
  '/ready': async (req, res) =>
    sendJson(res, 200, JSON.stringify(await readiness(ctx, { traceId: traceIdOf(req), log: ctx.log }))),
  '/openapi.json': sendDocument(ctx),
  '/asyncapi.json': (_req, res) => sendAsyncApi(res),
  [DOCS_PATH]: docsHome(docs),
  [`${DOCS_PATH}/service.json`]: (_req, res) => sendDocsSettings(res, `${ctx.config.http.apiPath}/v1`),
  [ERRORS_PATH]: docsErrors(docs),
  '/llms.txt': (_req, res) => res.redirect(`${DOCS_PATH}/llms.txt`),
  ...Object.fromEntries(
    FRONT_ASSETS.map((name): [string, RequestHandler] => [`/${name}`, (_req, res) => sendFrontAsset(name, res)]),
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

/** Rejects requests for a file of the documentation that would change it. */
const rejectChanges: RequestHandler = (req, res, next) => {
  if (req.method === 'GET' || req.method === 'HEAD') next();
  else void rejectMethod(req, res, next);
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

/** @param docs directory of the documentation's files */
export function rootRoutes(ctx: AppContext, docs: string = DOCS_DIRECTORY): Router {
  const root = express.Router({ caseSensitive: true, strict: true });
  root.use(forbidSniffing);
  root.use(rejectMultipleHosts);
  root.use(shedLoad(ctx));
  for (const [path, handle] of Object.entries(routesOf(ctx, docs))) root.route(path).get(handle).all(rejectMethod);
  root.get('/', frontPage(ctx));
  root.use(DOCS_PATH, docsFiles(docs), rejectChanges);
  root.use(missing(ctx.config.http.apiPath));
  return root;
}
