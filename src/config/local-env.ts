import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/**
 * The environment with the settings of `local.env` in a directory. A variable that is set wins over the file.
 * @throws Error when the file exists and is not readable
 */
export function loadLocalEnv(directory: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  let text: string;
  try {
    text = readFileSync(join(directory, 'local.env'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw new Error('local.env is not readable', { cause: error });
  }
  return { ...parseEnv(text), ...env };
}
