import { sql, type FragmentSqlToken } from 'slonik';

/** Converts a time to a value of a statement. */
export function timestamp(time: Date | null): FragmentSqlToken {
  return sql.fragment`to_timestamp(${time === null ? null : time.getTime() / 1000}::float8)`;
}
