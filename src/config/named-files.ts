import { ConfigError } from './error.ts';

/** What is wrong with the file or directory that a variable names. */
export function fileProblem(variable: string, path: string, error: unknown): ConfigError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ConfigError([`${variable}: ${code === undefined ? message : `${path} is not readable (${code})`}`]);
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
