import type { Request, RequestHandler, Response } from 'express';
import { markFailed, runIn, SpanKind, startServerSpan, traceHeaders, type Span } from '../lib/tracing.ts';
import type { Exchange } from './exchange.ts';

/** Ends the span of a request, which has its route by now. */
const endSpan = (span: Span, req: Request, res: Response): void => {
  const { operation, caller, traceId } = (req.exchange as Exchange | undefined) ?? {};
  const { path } = (req.route ?? {}) as { path?: string };
  const route = path === undefined ? null : req.baseUrl + path;
  if (route !== null) span.updateName(`${req.method} ${route}`);
  span.setAttributes({
    ...(route === null ? {} : { 'http.route': route }),
    ...(operation ? { 'image_builder.operation_id': operation.id } : {}),
    ...(caller ? { 'image_builder.org_id': caller.orgId } : {}),
    ...(traceId === undefined ? {} : { 'image_builder.request_id': traceId }),
    'http.response.status_code': res.statusCode,
  });
  if (res.statusCode >= 500) markFailed(span, String(res.statusCode));
  span.end();
};

/**
 * Makes a span of each request below the prefixes, around all that it causes. Log lines and calls of other services get its trace by
 * the headers of the request.
 */
export function traceRequests(prefixes: readonly string[]): RequestHandler {
  return (req, res, next) => {
    const { method, headers, originalUrl } = req;
    if (!prefixes.some((prefix) => originalUrl.startsWith(prefix))) {
      next();
      return;
    }
    const { span, place } = startServerSpan(method, headers, {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': method, 'url.path': originalUrl.split('?', 1)[0] ?? '' },
    });
    Object.assign(headers, traceHeaders(place));
    if (span.isRecording()) res.once('close', () => endSpan(span, req, res));
    runIn(place, next);
  };
}
