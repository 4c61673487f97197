// npm run build: the service in a few files, as the container image runs it. `npm start` and everything else runs the sources.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../src/root.ts';
import { bundleService } from './support/bundle.ts';

const directory = join(ROOT, 'dist');
await rm(directory, { recursive: true, force: true });
console.log(`built ${await bundleService(directory)}`);
