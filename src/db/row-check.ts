import { SchemaValidationError, type Interceptor } from 'slonik';
import { z } from 'zod';

/** The rows of a statement that returns no columns. */
export const noColumns = z.strictObject({});

/**
 * Validates every row against the schema of its statement. For tests: the service trusts the types.
 * @throws SchemaValidationError (from the query) naming the invalid members
 */
export function checkRows(): Interceptor {
  return {
    name: 'check-rows',
    transformRow: ({ resultParser }, query, row) => {
      const result = resultParser?.['~standard'].validate(row);
      if (result === undefined) return row;
      if (result instanceof Promise) throw new Error('schemas of rows are synchronous');
      if (result.issues) throw new SchemaValidationError(query, row, result.issues);
      return row;
    },
  };
}
