// npm run distributions:keys [-- --from DIR] [--dir DIR] [--distro NAME]... [--check]: vendors' signing keys → definitions.
// Every repository with `gpgkey_url` and `gpgkey_fingerprints` gets the keys of those fingerprints as its `gpgkey`, from the
// files of --from, or from the URLs. With --check nothing is written. The command fails when there is any problem, one line each.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../src/command.ts';
import { fetchKey, keysByUrl, keysInDirectory } from '../src/key-sources.ts';
import { updateKeys } from '../src/keys.ts';
import { plural } from '../src/text.ts';

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: fileURLToPath(new URL('../../../distributions', import.meta.url)) },
      distro: { type: 'string', multiple: true },
      from: { type: 'string' },
      check: { type: 'boolean', default: false },
    },
  });

  const { repositories, current, changed, problems } = await updateKeys({
    ...{ dir: values.dir, only: values.distro, check: values.check },
    source: values.from === undefined ? keysByUrl(fetchKey) : await keysInDirectory(values.from),
    report: (line) => console.log(line),
  });

  console.log(
    `${repositories} repositories with keys: ${current} current, ` +
      `${changed} ${values.check ? 'out of date' : 'updated'}; ${plural(problems, 'problem')}`,
  );
  return problems === 0;
});
