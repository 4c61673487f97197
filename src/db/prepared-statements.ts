import { hash } from 'node:crypto';
import { sql, type FragmentSqlToken, type Interceptor } from 'slonik';

/** Prepared statements of a connection at most. The service has far fewer: statements contain no values. */
const MOST_STATEMENTS = 200;

const CUSTOM_PLAN = '/* custom plan */';

/**
 * Prefix of statements that get a custom plan for each execution, because their best plan depends on the values. They are not
 * prepared: there is one for every set of filters, and names are limited.
 */
export const customPlan = sql.fragment`/* custom plan */`;

/** Gives statements names: PostgreSQL parses and plans a named statement once for each connection. */
export function prepareStatements(): Interceptor {
  const names = new Map<string, string>();
  return {
    name: 'prepare-statements',
    transformQuery: (_context, query) => {
      let name = names.get(query.sql);
      if (name === undefined) {
        if (names.size >= MOST_STATEMENTS || query.sql.trimStart().startsWith(CUSTOM_PLAN)) return query;
        name = `image_builder_${hash('sha1', query.sql, 'hex')}`;
        names.set(query.sql, name);
      }
      return { ...query, name };
    },
  };
}

/**
 * An array that is hidden from the planner: the custom plan for its values is never cheaper than the generic plan, which PostgreSQL
 * then caches. `ANY` takes it with a cast, and reads rows of a subquery without one.
 */
export function hiddenArray(
  values: readonly (string | number | null)[],
  type: 'text' | 'uuid' | 'int4',
): FragmentSqlToken {
  return sql.fragment`(SELECT ${sql.array(values, type)})`;
}
