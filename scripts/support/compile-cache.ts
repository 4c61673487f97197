import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The environment of a process that loads sources which other processes of a run load as well: it reads them as compiled by the first.
 * https://nodejs.org/api/module.html#module-compile-cache
 */
export function withCompileCache(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: join(tmpdir(), 'image-builder-compile-cache'), ...env };
}
