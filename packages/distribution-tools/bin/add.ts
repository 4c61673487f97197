// npm run distributions:add -- NAME --like NAME --description TEXT [options]: adds a distribution to the directory, to the
// contract and to the documentation. See docs/distributions.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addDistribution } from '../src/add.ts';
import { runCommand } from '../src/command.ts';

const USAGE =
  'usage: npm run distributions:add -- NAME --like NAME --description TEXT [--composer-name NAME] [--replace FROM=TO] ' +
  '[--fingerprint FINGERPRINT]';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const replacement = (text: string): readonly [string, string] => {
  const [, from, to] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new Error(`--replace ${text}: must be FROM=TO\n${USAGE}`);
  return [from, to];
};

/** The contract's other forms and the pages. */
const generate = (): boolean =>
  spawnSync(process.execPath, [pathOf('scripts/generate.ts')], { stdio: 'inherit' }).status === 0;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      dir: { type: 'string' },
      contract: { type: 'string' },
      like: { type: 'string' },
      description: { type: 'string' },
      'composer-name': { type: 'string' },
      replace: { type: 'string', multiple: true, default: [] },
      fingerprint: { type: 'string', multiple: true, default: [] },
    },
  });
  const [name, ...rest] = positionals;
  const { like, description } = values;
  if (name === undefined || rest.length > 0 || like === undefined || description === undefined) throw new Error(USAGE);
  const { files, withoutKey } = await addDistribution(
    values.dir ?? pathOf('distributions'),
    values.contract ?? pathOf('api/openapi.yaml'),
    {
      ...{ name, like, description, composerName: values['composer-name'] },
      ...{ replacements: values.replace.map(replacement), fingerprints: values.fingerprint },
    },
  );
  for (const file of files) console.log(file);
  for (const repository of withoutKey)
    console.log(`${name} ${repository}: has no key: npm run distributions:keys -- --distro ${name} writes it`);
  console.log(`then npm run distributions:check -- --distro ${name}, and the commands for lists and profiles`);
  // A contract elsewhere is not the one that the generated files are made of.
  return values.contract !== undefined || generate();
});
