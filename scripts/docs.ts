// npm run docs [-- --out DIRECTORY | --serve [--port N] | --if-needed]: the documentation as a site, which works from a disk and needs
// nothing from elsewhere. Without --out it is written to site/, from where the service serves it under /docs.
import { globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = [
  'docs/**/*',
  'api/**/*',
  'scripts/docs/*',
  'src/root-routes/assets/*',
  'distributions/*/*.json',
  'src/lib/error-codes.ts',
  'node_modules/minisearch/package.json',
];

const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether a text has changed since a site was built. Its last file is the list of pages. */
const isCurrent = (site: string): boolean => {
  const builtAt = changedAt(join(site, 'llms.txt'));
  return globSync(SOURCES, { cwd: ROOT }).every((file) => changedAt(join(ROOT, file)) < builtAt);
};

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(ROOT, 'site') },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '8088' },
    'if-needed': { type: 'boolean', default: false },
  },
});
const out = resolve(values.out);
if (values['if-needed'] && isCurrent(out)) process.exit(0);

// Loaded only where it is needed: it takes longer than the comparison.
const { buildSite, serveSite } = await import('./docs/site.ts');
if (values.serve) await serveSite(out, Number(values.port));
else if (values['if-needed']) {
  // `npm start` works without it.
  await buildSite(out).catch((error: Error) => console.warn(`the documentation was not built: ${error.message}`));
} else {
  await buildSite(out);
  console.log(`documentation: ${join(out, 'index.html')}`);
}
