import { ConfigError } from './config.ts';

/** What is wrong with a file, told by the variable that names it. The path is left out: it is a value of the configuration. */
export const fileProblem = (variable: string, path: string, error: unknown): ConfigError => {
  const { code, message } = error as NodeJS.ErrnoException;
  const problem =
    code === undefined ? message.replaceAll(`${path}/`, '').replaceAll(path, 'it') : `cannot be read (${code})`;
  return new ConfigError([`${variable}: ${problem}`]);
};

/** Loads what a variable names. @throws ConfigError when it cannot be used */
export const loadNamed = <T>(variable: string, path: string, load: () => T): T => {
  try {
    return load();
  } catch (error) {
    throw fileProblem(variable, path, error);
  }
};
