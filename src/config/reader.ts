import { readFileSync } from 'node:fs';
import { applyClowder } from './clowder.ts';
import type { Environment } from './environment.ts';
import { ConfigError } from './error.ts';
import { shownText } from './shown-text.ts';
import type { Variable } from './variable.ts';
import { VARIABLES, type ValueOf, type VariableName } from './variables/index.ts';

/** Reads variables and collects what is wrong with them. A variable that is never read is not validated. */
export interface Reader {
  /** Returns the value of a variable, and the one of its default where it is not set or not allowed. */
  readonly read: <Name extends VariableName>(name: Name) => ValueOf<Name>;
  /** Returns the text in force, before it is validated. */
  readonly textOf: (name: VariableName) => string;
  /** Whether a variable is set to a text that is not empty. */
  readonly isSet: (name: VariableName) => boolean;
  /** Reports what is wrong with a variable besides its own value. Only the first problem of a variable counts. */
  readonly report: (name: string, problem: string) => void;
}

type Report = Reader['report'];

function withClowder(env: Environment, report: Report): Environment {
  try {
    return applyClowder(env);
  } catch {
    report('ACG_CONFIG', `must be ${VARIABLES.ACG_CONFIG.type.allowed}, not ${shownText(env['ACG_CONFIG'] ?? '')}`);
    return env;
  }
}

/** The text of the file that `NAME_FILE` names. No message shows its path: it may be the secret itself, put there by mistake. */
function textOfFile(env: Environment, name: string, report: Report): string | undefined {
  const path = env[`${name}_FILE`];
  if (!path) return undefined;
  if (env[name]) {
    report(`${name}_FILE`, `must not be set together with ${name}`);
    return undefined;
  }
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    report(`${name}_FILE`, 'must be the path of a readable file');
    return undefined;
  }
}

function withFiles(env: Environment, report: Report): Environment {
  const texts = Object.entries<Variable>(VARIABLES)
    .filter(([, { fromFile }]) => fromFile)
    .map(([name]) => [name, textOfFile(env, name, report)] as const)
    .filter(([, text]) => text !== undefined);
  return texts.length === 0 ? env : { ...env, ...Object.fromEntries(texts) };
}

function createReader(given: Environment, report: Report): Reader {
  const env = withFiles(withClowder(given, report), report);

  const find = (name: VariableName): { readonly spelling: string; readonly text: string } => {
    const { alias, default: fallback, type }: Variable = VARIABLES[name];
    const spelling = alias !== undefined && env[name] === undefined ? alias : name;
    const text = env[spelling];
    return { spelling, text: text === undefined || (text === '' && type.empty !== 'value') ? fallback : text };
  };

  return {
    read: <Name extends VariableName>(name: Name) => {
      const { type, secret, default: fallback }: Variable = VARIABLES[name];
      const { spelling, text } = find(name);
      const value = type.parse(text);
      if (value !== undefined) return value as ValueOf<Name>;
      report(spelling, `must be ${type.allowed}${secret ? '' : `, not ${shownText(text)}`}`);
      return type.parse(fallback) as ValueOf<Name>;
    },
    textOf: (name) => find(name).text,
    isSet: (name) => Boolean(env[name]),
    report,
  };
}

/**
 * Builds something from the variables of an environment, of what Clowder's document sets, and of the files with secrets.
 * @throws ConfigError naming every variable that is not usable
 */
export function readWith<T>(env: Environment, build: (reader: Reader) => T): T {
  const problems = new Map<string, string>();
  const report: Report = (name, problem) => {
    if (!problems.has(name)) problems.set(name, `${name}: ${problem}`);
  };
  const built = build(createReader(env, report));
  if (problems.size > 0) throw new ConfigError([...problems.values()]);
  return built;
}
