// npm run generate [-- --check]: contracts under api/ → generated/, the tables of variables, errors, log events and
// distributions → docs/, and the rules of Prometheus → a template of OpenShift.
// With --check nothing is written; the command fails when a generated file is not current.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { alertsTemplate } from './generate/alerts-template.ts';
import { configurationPage } from './generate/configuration.ts';
import { generateContract } from './generate/contract.ts';
import { coveragePage } from './generate/coverage.ts';
import { logEventsPage } from './generate/log-events.ts';
import { errorsPage } from './generate/errors.ts';
import { generateUpstream } from './generate/upstream.ts';

const root = join(import.meta.dirname, '..');
const upstreams = ['composer', 'content-sources', 'provisioning', 'compliance', 'recommendations'];

const files = new Map<string, string>([
  ...(await generateContract(join(root, 'api/openapi.yaml'))),
  ...(
    await Promise.all(upstreams.map((name) => generateUpstream(name, join(root, `api/upstream/${name}.yaml`))))
  ).flat(),
  ['../docs/configuration.md', await configurationPage()],
  ['../docs/coverage.md', await coveragePage(await readFile(join(root, 'api/openapi.yaml'), 'utf8'), root)],
  [
    '../deploy/openshift/alerts.yml',
    alertsTemplate(await readFile(join(root, 'deploy/prometheus/image-builder.rules.yml'), 'utf8')),
  ],
  ['../docs/errors.md', await errorsPage()],
  ['../docs/log-events.md', await logEventsPage()],
]);

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of files) {
  const path = join(root, 'generated', name);
  const current = await readFile(path, 'utf8').catch(() => null);
  if (current === text) continue;
  stale.push(name);
  if (check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
if (check && stale.length > 0) {
  console.error(`generated files are not current: ${stale.join(', ')}. Run npm run generate and commit the result.`);
  process.exit(1);
}
console.log(check ? 'generated files are current' : `generated ${files.size} files, ${stale.length} changed`);
