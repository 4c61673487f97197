import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

const file = findPackageJSON(import.meta.url);
if (file === undefined) throw new Error('package.json is missing in the directory of the sources');

/** Directory of package.json and of the files that the service reads at run time, for the sources and for the bundle. */
export const ROOT = dirname(file);
