import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';

/**
 * The environment with the settings of `local.env` in a directory, which never override variables that are set.
 * @throws Error when the file is there and cannot be read
 */
export const loadLocalEnv = (directory: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  let text: string;
  try {
    text = readFileSync(join(directory, 'local.env'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw new Error('local.env cannot be read', { cause: error });
  }
  return { ...parse(text), ...env };
};
