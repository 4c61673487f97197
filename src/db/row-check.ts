import { SchemaValidationError, type Interceptor } from 'slonik';

/**
 * Checks every row of a statement against the schema that the statement names, so that a wrong type of a row fails a test. Tests turn
 * it on; the service trusts the types.
 * @throws SchemaValidationError (from the query) naming the members that do not fit
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
