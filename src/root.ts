import { join } from 'node:path';

/** Directory that the files lie in which are read while the service runs. The sources and the bundle are both one below. */
export const ROOT = join(import.meta.dirname, '..');
