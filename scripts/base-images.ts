// npm run base-images [-- --check]: writes the digests that the tags of the base images have now into the Dockerfile; with --check it
// writes nothing, and fails when a digest is not the current one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../src/lib/root.ts';
import { baseImagesOf, withCurrentDigests } from './support/base-images.ts';

const DOCKERFILE = join(ROOT, 'Dockerfile');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const text = readFileSync(DOCKERFILE, 'utf8');
const updated = await withCurrentDigests(text).catch((error: unknown) => {
  const { message, cause } = error as Error;
  console.error(`the registry cannot be read: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
  process.exit(2);
});

if (updated === text) {
  console.log('the base images are current');
} else if (values.check) {
  console.error('a base image has another digest now: run npm run base-images');
  process.exit(1);
} else {
  writeFileSync(DOCKERFILE, updated);
  for (const { repository, tag, digest } of baseImagesOf(updated)) console.log(`${repository}:${tag} is ${digest}`);
}
