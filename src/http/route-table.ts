import type { CompiledPath } from './compiled-operation.ts';

/** A path that was found, with the raw values of its parameters. */
export interface RouteMatch {
  readonly entry: CompiledPath;
  readonly values: Readonly<Record<string, string>>;
}

/** Finds the path of the contract that a request's path is, `null` for none. */
export type RouteTable = (path: string) => RouteMatch | null;

/** Literal paths are looked up and come before templates: /blueprints/validate is no blueprint id, whatever the method. */
export const createRouteTable = (paths: readonly CompiledPath[]): RouteTable => {
  const literal = new Map(
    paths
      .filter(({ route }) => route.parameterNames.length === 0)
      .map((entry): [string, RouteMatch] => [entry.route.operation.path, { entry, values: {} }]),
  );
  const templates = paths.filter(({ route }) => route.parameterNames.length > 0);
  return (path) => {
    const exact = literal.get(path);
    if (exact) return exact;
    for (const entry of templates) {
      const found = entry.route.pattern.exec(path);
      if (found) {
        const values: Record<string, string> = {};
        entry.route.parameterNames.forEach((name, i) => (values[name] = found[i + 1] ?? ''));
        return { entry, values };
      }
    }
    return null;
  };
};
