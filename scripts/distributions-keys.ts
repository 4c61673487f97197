// npm run distributions:keys [-- --dir DIR] [--distro NAME]... [--check]: vendors' signing keys → definitions.
// Every repository with `gpgkey_url` and `gpgkey_fingerprints` gets the keys of those fingerprints as its `gpgkey`.
// With --check nothing is written. The command fails when there is any problem, each of which is one line.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchKey, updateKeys } from './distributions/keys.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: fileURLToPath(new URL('../distributions', import.meta.url)) },
    distro: { type: 'string', multiple: true },
    check: { type: 'boolean', default: false },
  },
});

const { repositories, current, changed, problems } = await updateKeys({
  dir: values.dir,
  only: values.distro,
  check: values.check,
  fetchKey,
  report: (line) => {
    console.log(line);
  },
});

console.log(
  `${repositories} repositories with keys: ${current} current, ` +
    `${changed} ${values.check ? 'out of date' : 'updated'}; ${problems} problems`,
);
process.exitCode = problems > 0 ? 1 : 0;
