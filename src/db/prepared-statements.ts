import { hash } from 'node:crypto';
import { sql, type FragmentSqlToken, type Interceptor, type ValueExpression } from 'slonik';

/** Statements that are prepared at most, on each connection. The service has far fewer: values never stand in their text. */
const MOST_STATEMENTS = 200;

const PLANNED_ANEW = '/* planned anew */';

/**
 * Begins statements that are planned for the values they have, every time: those whose best plan depends on them. There may be
 * many of these, one for every set of filters: they must not take the names of others.
 */
export const plannedAnew = sql.fragment`/* planned anew */`;

/**
 * Gives every statement a name, by which PostgreSQL prepares it once for each connection: it is read and planned no more than a few
 * times, instead of every time.
 */
export function prepareStatements(): Interceptor {
  const names = new Map<string, string>();
  return {
    name: 'prepare-statements',
    transformQuery: (_context, query) => {
      let name = names.get(query.sql);
      if (name === undefined) {
        if (names.size >= MOST_STATEMENTS || query.sql.trimStart().startsWith(PLANNED_ANEW)) return query;
        name = `image_builder_${hash('sha1', query.sql, 'hex')}`;
        names.set(query.sql, name);
      }
      return { ...query, name };
    },
  };
}

/**
 * A value that the planner does not see. A statement with such values has one plan for all of them, which PostgreSQL makes once for each
 * connection: a plan for a value that looks cheaper than that would be made again for every execution.
 */
export function unseen(value: ValueExpression): FragmentSqlToken {
  return sql.fragment`(SELECT ${value})`;
}
