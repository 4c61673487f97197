import { homedir } from 'node:os';
import { join } from 'node:path';

/** Cache of downloads and intermediate results: outside the project, and safe to delete at any time. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'image-builder-sdk');
