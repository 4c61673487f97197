import type { Config } from './types.ts';

interface Log {
  readonly warn: (fields: object, message: string) => void;
}

/** Logs the variables that are set and have no effect. */
export function logConfigWarnings({ unused, misspelt }: Pick<Config, 'unused' | 'misspelt'>, log: Log): void {
  if (unused.length > 0) log.warn({ variables: unused }, 'settings without effect');
  for (const { name, nearest } of misspelt)
    log.warn({ variable: name, nearest }, `unknown variable ${name} has no effect: use ${nearest} if it is misspelt`);
}
