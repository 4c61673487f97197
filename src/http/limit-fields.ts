import type { Headers } from '../lib/response/bodies.ts';
import type { PreparedResponse } from './send-response.ts';

/** The fields are lists: an operation that has a limit of its own may have said something already. */
const joined = (own: string | undefined, field: string): string => (own === undefined ? field : `${own}, ${field}`);

/** The answer with what it tells of limits. */
export function withLimitFields(answer: PreparedResponse, fields: Headers): PreparedResponse {
  const headers: Record<string, string> = { ...answer.headers };
  for (const [name, field] of Object.entries(fields)) headers[name] = joined(headers[name], field);
  return { ...answer, headers };
}
