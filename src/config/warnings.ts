import type { Logger } from '../observability/logger.ts';
import type { Config } from './types.ts';

type Log = Pick<Logger, 'warn'>;

/** Logs the variables that are set and have no effect. */
export function logConfigWarnings({ unused, misspelt }: Pick<Config, 'unused' | 'misspelt'>, log: Log): void {
  if (unused.length > 0) log.warn({ event: 'config.variables_unused', variables: unused }, 'settings without effect');
  for (const { name, nearest } of misspelt)
    log.warn(
      { event: 'config.variable_unknown', variable: name, nearest },
      `unknown variable ${name} has no effect: use ${nearest} if it is misspelt`,
    );
}
