import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloads and intermediate results are kept between runs: outside the project, and safe to delete at any time. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'image-builder-sdk');
