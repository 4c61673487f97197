import express, { type RequestHandler } from 'express';
import type { AppContext } from './context.ts';
import { handlers } from './handlers/index.ts';
import { createSender } from './http/send-response.ts';
import { createBackend, handleOperation } from './http/backend.ts';
import { startExchange } from './http/exchange.ts';
import { handleErrors } from './http/handle-errors.ts';
import { identifyCaller } from './http/identify.ts';
import { limitRate } from './http/limit-rate.ts';
import { admitRequests, rejectMultipleHosts, rejectInvalidTargets } from './http/request-guards.ts';
import { createBodyTextReader } from './http/request-body.ts';
import { logRequests } from './http/request-log.ts';
import { measureRequests } from './http/request-metrics.ts';
import { messagesOf, type Application } from './http/server.ts';
import { traceRequests } from './http/trace-requests.ts';
import { tracing } from './lib/tracing.ts';
import { rootRoutes, sendRootFailure } from './root-routes/index.ts';

/** The prefixes of the API, each with the prefix that labels its requests in metrics. */
function apiPrefixes(ctx: Pick<AppContext, 'config' | 'document'>): ReadonlyMap<string, string> {
  const { apiPath } = ctx.config.http;
  const { version } = ctx.document.info;
  const major = `${apiPath}/v${version.split('.')[0]}`;
  const full = `${apiPath}/v${version}`;
  // Compatibility: the platform's architecture document publishes the third form.
  return new Map([
    [major, major],
    [full, full],
    ['/api/v1/image-builder', major],
  ]);
}

export interface AppOptions {
  /**
   * Middleware that runs first, for every request. Once the response is sent, `req.baseUrl` and `req.route.path` are
   * its route.
   */
  readonly middleware?: readonly RequestHandler[];
  /** Directory of the documentation's files; that of `npm run docs` when absent. */
  readonly docs?: string | undefined;
}

/** The application: middleware in the order in which it runs. The first rejection ends the request. */
export async function createApp(ctx: AppContext, { middleware = [], docs }: AppOptions = {}): Promise<Application> {
  const prefixes = apiPrefixes(ctx);
  const send = createSender(ctx.lifecycle);
  const backend = await createBackend(ctx, handlers, send);

  const api = express.Router({ caseSensitive: true, strict: true });
  api.use(startExchange(backend, prefixes)); // trace id, route
  api.use(logRequests(ctx.log));
  api.use(measureRequests(ctx));
  api.use(rejectMultipleHosts); // 400
  api.use(identifyCaller(ctx)); // 400, 401
  api.use(admitRequests(ctx)); // 429, 503
  if (ctx.rateLimiter) api.use(limitRate(ctx.rateLimiter)); // 429
  // The body as text, then openapi-backend: path and method (404, 405), security, validation (400, 415), handler.
  api.use(handleOperation(backend, createBodyTextReader(ctx)));
  api.use(handleErrors(send));

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');
  if (tracing.on) app.use(traceRequests([...prefixes.keys()]));
  for (const handler of middleware) app.use(handler);
  app.use([...prefixes.keys()], api);
  app.use(rootRoutes(ctx, docs));
  app.use(sendRootFailure(ctx));
  return Object.assign(rejectInvalidTargets(app), { messages: messagesOf(app) });
}
