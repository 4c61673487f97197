import type { Headers } from '../lib/response/bodies.ts';
import type { PreparedResponse } from './send-response.ts';

const joined = (own: string | undefined, field: string): string => (own === undefined ? field : `${own}, ${field}`);

/** Adds rate-limit headers. They are lists, and an operation may have set its own. */
export function withLimitFields(answer: PreparedResponse, fields: Headers): PreparedResponse {
  const headers: Record<string, string> = { ...answer.headers };
  for (const [name, field] of Object.entries(fields)) headers[name] = joined(headers[name], field);
  return { ...answer, headers };
}
