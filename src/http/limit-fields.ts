import type { Headers } from '../lib/response/bodies.ts';
import type { PreparedResponse } from './send-response.ts';

const appendField = (own: string | undefined, field: string): string =>
  own === undefined ? field : `${own}, ${field}`;

/** Adds rate-limit headers. They are lists, and an operation may have set its own. */
export function withLimitFields(response: PreparedResponse, fields: Headers): PreparedResponse {
  const headers: Record<string, string> = { ...response.headers };
  for (const [name, field] of Object.entries(fields)) headers[name] = appendField(headers[name], field);
  return { ...response, headers };
}
