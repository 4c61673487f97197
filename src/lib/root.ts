import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

const file = findPackageJSON(import.meta.url);
if (file === undefined) throw new Error('package.json is missing beside the sources');

/** Directory of the files that are read while the service runs: that of package.json, for the sources and for the bundle. */
export const ROOT = dirname(file);
