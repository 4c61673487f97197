// npm run build: the service in a few files, as the container image runs it, its documentation, and beside them what is in it and
// what it was made of.
// `npm start` and everything else runs the sources.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../src/lib/root.ts';
import { buildSite } from './docs/site.ts';
import { BUNDLE, bundleService } from './support/bundle.ts';
import { makeProvenance } from './support/provenance.ts';
import { makeSbom } from './support/sbom.ts';

/** Beside the bundle and not in it: the statements differ from commit to commit, the bundle only where its sources do. */
const STATEMENTS = join(ROOT, 'dist-statements');

/** What git prints; `null` where the sources are no checkout. */
const git = (...args: readonly string[]): string | null => {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
};

const write = (name: string, document: object): void => {
  writeFileSync(join(STATEMENTS, name), `${JSON.stringify(document, null, 2)}\n`);
  console.log(`wrote ${join(STATEMENTS, name)}`);
};

const { BUILD_COMMIT, BUILD_TIME, BUILDER_ID } = process.env;
const startedOn = new Date();
console.log(`built ${await bundleService(BUNDLE)}`);
const site = join(ROOT, 'site');
await buildSite(site);
console.log(`built ${site}`);

rmSync(STATEMENTS, { recursive: true, force: true });
mkdirSync(STATEMENTS);
write('sbom.cdx.json', makeSbom(BUILD_TIME || git('log', '-1', '--format=%cI')));
write(
  'provenance.json',
  makeProvenance(BUNDLE, {
    commit: BUILD_COMMIT || git('rev-parse', 'HEAD'),
    modified: (git('status', '--porcelain') ?? '') !== '',
    builder: BUILDER_ID || 'urn:image-builder-api:unknown-builder',
    startedOn,
    finishedOn: new Date(),
  }),
);
