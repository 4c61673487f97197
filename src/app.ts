import type { RequestListener, ServerResponse } from 'node:http';
import express, { type Request, type Response } from 'express';
import type { AppContext } from './context.ts';
import { notFound, ServiceError } from './errors.ts';
import { boundHandlers } from './handlers/index.ts';
import { readiness } from './handlers/getReadiness.ts';
import { versionBody } from './handlers/getVersion.ts';
import { DOCS_PATH, DOCS_ASSET_PATHS, sendDocsAsset, sendDocsPage } from './http/docs-page.ts';
import { toErrorResponse } from './http/error-response.ts';
import { matchesTag } from './http/etag.ts';
import { createApiPipeline } from './http/pipeline.ts';
import { refusalOf } from './overload.ts';
import { traceIdOf } from './trace.ts';

/** What is served at the root, outside the API: for probes, scrapers and tools that read the contract. */
type RootRoute = (req: Request, res: Response) => Promise<void> | void;

const sendJson = (res: Response, status: number, text: string): void => {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) + 1 });
  res.end(`${text}\n`);
};

const sendError = (res: Response, error: unknown): void => {
  const { status, headers, body } = toErrorResponse(error);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  sendJson(res, status, JSON.stringify(body));
};

/** Answers with the metrics page. */
export const sendMetrics = async (ctx: Pick<AppContext, 'metrics'>, res: ServerResponse): Promise<void> => {
  const { contentType, text } = await ctx.metrics.page();
  res.writeHead(200, { 'Content-Type': contentType });
  res.end(text);
};

/** The document was serialised once, at start; whoever has it already is told so. */
const sendDocument = ({ documentText, documentTag }: AppContext, req: Request, res: Response): void => {
  res.setHeader('ETag', documentTag);
  res.setHeader('Cache-Control', 'no-cache');
  if (matchesTag(req.headers['if-none-match'], documentTag)) {
    res.writeHead(304);
    res.end();
  } else sendJson(res, 200, documentText);
};

/** What is answered however busy the process is. */
const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(['/status', '/ready', '/metrics']);

const rootRoutes = (ctx: AppContext): ReadonlyMap<string, RootRoute> =>
  new Map<string, RootRoute>([
    ['/status', (_req, res) => sendJson(res, 200, JSON.stringify(versionBody(ctx)))],
    [
      '/ready',
      async (req, res) =>
        sendJson(res, 200, JSON.stringify(await readiness(ctx, { traceId: traceIdOf(req), log: ctx.log }))),
    ],
    ['/openapi.json', (req, res) => sendDocument(ctx, req, res)],
    [DOCS_PATH, (_req, res) => sendDocsPage(res)],
    ...DOCS_ASSET_PATHS.map((path): [string, RootRoute] => [path, (_req, res) => sendDocsAsset(path, res)]),
    ['/metrics', (_req, res) => sendMetrics(ctx, res)],
  ]);

/** The prefixes the API is served under, each with the one it is counted as. */
export const apiPrefixes = (ctx: Pick<AppContext, 'config' | 'document'>): ReadonlyMap<string, string> => {
  const { apiPath } = ctx.config.http;
  const { version } = ctx.document.info;
  const major = `${apiPath}/v${version.split('.')[0]}`;
  const full = `${apiPath}/v${version}`;
  // Compatibility: the platform's architecture document publishes the third form.
  return new Map([
    [full, full],
    [major, major],
    ['/api/v1/image-builder', major],
  ]);
};

/**
 * The application: the API, then what express serves at the root, then nothing. What the API answers has no need of what express
 * makes of a request, and is not charged for it.
 */
export const createApp = async (ctx: AppContext): Promise<RequestListener> => {
  const root = rootRoutes(ctx);
  const api = await createApiPipeline(ctx, boundHandlers(ctx), apiPrefixes(ctx));
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  app.use(async (req, res) => {
    try {
      const route = root.get(req.path);
      if (ctx.overload.eventLoop() && !ALWAYS_ANSWERED.has(req.path))
        throw refusalOf('event_loop', ctx.metrics.protection);
      if (!route) throw notFound('Not Found');
      if (req.method !== 'GET') {
        res.setHeader('Allow', 'OPTIONS, GET');
        throw new ServiceError('methodNotAllowed', 'Method Not Allowed');
      }
      await route(req, res);
    } catch (error) {
      if (!(error instanceof ServiceError)) ctx.log.error({ err: error, path: req.path }, 'a request failed');
      sendError(res, error);
    }
  });
  return (req, res) => {
    if (!api(req, res)) app(req, res);
  };
};
