// npm run distributions:packages [-- options]: repositories of distributions → lists of packages, groups and modules.
// The command fails when there is any problem, each of which is one line. See docs/distributions.md.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../src/command.ts';
import { ARCHITECTURES } from '../src/directory.ts';
import { updatePackages } from '../src/packages.ts';
import { createProgress } from '../src/progress.ts';
import { defaultCacheDirectory, openCache } from '../src/sources/cache.ts';
import { readSourceOptions, SOURCE_OPTIONS, UsageError } from '../src/sources/options.ts';
import { plural } from '../src/text.ts';
import { createTransport } from '../src/sources/transport.ts';

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: fileURLToPath(new URL('../../../distributions', import.meta.url)) },
      distro: { type: 'string', multiple: true },
      arch: { type: 'string', multiple: true },
      repo: { type: 'string', multiple: true },
      enable: { type: 'boolean', default: false },
      cache: { type: 'string', default: defaultCacheDirectory(process.env) },
      ...SOURCE_OPTIONS,
    },
  });
  const unknown = values.arch?.find((arch) => !ARCHITECTURES.some((known) => known === arch));
  if (unknown !== undefined) throw new UsageError(`--arch ${unknown}: is one of ${ARCHITECTURES.join(', ')}`);
  const { settings, parallel, rewrite } = readSourceOptions(values, process.env);
  const transport = createTransport(settings);
  using cache = await openCache(values.cache);
  using progress = createProgress(process.stdout);
  const { repositories, changed, unchanged, problems } = await updatePackages({
    ...{ dir: values.dir, distributions: values.distro, repositories: values.repo, enable: values.enable },
    architectures: values.arch && ARCHITECTURES.filter((name) => values.arch?.includes(name)),
    ...{ transport, cache, rewrite, parallel, progress },
    hasCertificate: settings.clientCertificate !== null,
  });
  const lists = `${unchanged} unchanged, ${changed} written`;
  progress.say(`${repositories} repositories: ${lists}; ${plural(problems, 'problem')}`);
  return problems === 0;
});
