import type { Interceptor } from 'slonik';
import { endSpan, startLeaf, type Span } from '../lib/tracing.ts';

/** Makes a span of each statement, with its text and without values. Slonik's own are several for a statement, and have texts of errors. */
export function traceStatements(): Interceptor {
  return {
    name: 'trace-statements',
    beforeQueryExecution: ({ sandbox }, { sql }) => {
      sandbox['span'] = startLeaf('statement', { 'db.system.name': 'postgresql', 'db.query.text': sql });
      return null;
    },
    afterQueryExecution: ({ sandbox }) => {
      endSpan(sandbox['span'] as Span);
      return null;
    },
    queryExecutionError: ({ sandbox }, _query, error) => {
      endSpan(sandbox['span'] as Span, error);
      return null;
    },
  };
}
