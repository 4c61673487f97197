import { configFrom } from './read-config.ts';
import type { Environment } from './environment.ts';
import { readWith } from './reader.ts';
import { MASK, withoutCredentials } from './shown-text.ts';
import type { Variable } from './variable.ts';
import { VARIABLES, type VariableName } from './variables/index.ts';

/**
 * The text in force of every variable, by name. A secret is shown as `[set]` or as empty.
 * @throws ConfigError naming every variable that is not usable
 */
export function settingsInForce(env: Environment): Readonly<Record<VariableName, string>> {
  return readWith(env, (reader) => {
    configFrom(reader, env);
    const shown = ([name, { secret }]: [string, Variable]): [string, string] => {
      const text = reader.textOf(name as VariableName);
      return [name, secret && text !== '' ? MASK : withoutCredentials(text)];
    };
    return Object.fromEntries(Object.entries<Variable>(VARIABLES).map(shown)) as Record<VariableName, string>;
  });
}
