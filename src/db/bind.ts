// Queries take their connection as first argument; bound queries take it from the pool.
import type { CommonQueryMethods, DatabaseAccess } from './database.ts';

/** Queries without their first argument, the connection. */
export type Bound<Queries> = {
  readonly [Name in keyof Queries]: Queries[Name] extends (db: CommonQueryMethods, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

type Query = (db: CommonQueryMethods, ...rest: readonly unknown[]) => Promise<unknown>;

const bindAll = <Queries extends object>(
  queries: Queries,
  run: (query: Query, rest: readonly unknown[]) => Promise<unknown>,
): Bound<Queries> => {
  const bound = Object.entries(queries as Readonly<Record<string, Query>>).map(([name, query]) => [
    name,
    (...rest: readonly unknown[]) => run(query, rest),
  ]);
  return Object.fromEntries(bound) as Bound<Queries>;
};

/** Binds queries to the pool. */
export function bind<Queries extends object>({ use }: DatabaseAccess, queries: Queries): Bound<Queries> {
  return bindAll(queries, (query, rest) => use((db) => query(db, ...rest)));
}

/** The first argument of a query of an organization: its id, or an object that belongs to it. */
type Owner = string | { readonly orgId: string };

type Owned<Queries> = {
  readonly [Name in keyof Queries]: Queries[Name] extends (db: CommonQueryMethods, ...rest: infer Rest) => unknown
    ? Rest[0] extends Owner
      ? Queries[Name]
      : never
    : never;
};

const ownerOf = ([owner]: readonly unknown[]): string =>
  typeof owner === 'string' ? owner : (owner as { readonly orgId: string }).orgId;

/** Binds queries of one organization, which share the connections of the pool fairly with those of other organizations. */
export function bindOwned<Queries extends object>(
  { use }: DatabaseAccess,
  queries: Queries & Owned<Queries>,
): Bound<Queries> {
  return bindAll<Queries>(queries, (query, rest) => use((db) => query(db, ...rest), ownerOf(rest)));
}

/** Binds the second argument of a query, after the connection. */
export function withArgument<Given, Rest extends readonly unknown[], Result>(
  value: Given,
  query: (db: CommonQueryMethods, value: Given, ...rest: Rest) => Result,
): (db: CommonQueryMethods, ...rest: Rest) => Result {
  return (db, ...rest) => query(db, value, ...rest);
}
