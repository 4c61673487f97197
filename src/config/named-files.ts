import { ConfigError } from './error.ts';

const withPath = (path: string, message: string): string => (message.includes(path) ? message : `${path}: ${message}`);

/** What is wrong with the file or directory that a variable names. */
export function fileProblem(variable: string, path: string, error: unknown): ConfigError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ConfigError([
    `${variable}: ${code === undefined ? withPath(path, message) : `${path} is not readable (${code})`}`,
  ]);
}

/**
 * Loads what a variable names.
 * @throws ConfigError when that fails
 */
export function loadNamed<T>(variable: string, path: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw fileProblem(variable, path, error);
  }
}

type Results<Loaders extends Readonly<Record<string, () => unknown>>> = {
  readonly [Name in keyof Loaders]: ReturnType<Loaders[Name]>;
};

/**
 * Calls every function, so that all problems of a configuration are reported at once.
 * @throws ConfigError with the problems of all functions
 */
export function collectProblems<Loaders extends Readonly<Record<string, () => unknown>>>(
  loaders: Loaders,
): Results<Loaders> {
  const problems: string[] = [];
  const results = Object.entries(loaders).map(([name, load]) => {
    try {
      return [name, load()] as const;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return [name, undefined] as const;
    }
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(results) as Results<Loaders>;
}
