// npm run distributions:check [-- DIR] [options]: prints all issues of a distribution directory, a line for each.
// The command fails for an error, with --strict for a warning too. See docs/distributions.md.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../src/command.ts';
import { checkDirectory } from '../src/check/check.ts';
import { readContractFacts } from '../src/check/contract.ts';
import { describeIssue } from '../src/check/issue.ts';
import type { RepositoryDefinition } from '../src/definition.ts';
import { probeRepository } from '../src/sources/repository-index.ts';
import { readSourceOptions, SOURCE_OPTIONS } from '../src/sources/options.ts';
import { plural } from '../src/text.ts';
import { createTransport } from '../src/sources/transport.ts';

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      dir: { type: 'string' },
      distro: { type: 'string', multiple: true },
      online: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      ...SOURCE_OPTIONS,
    },
  });
  const dir = values.dir ?? positionals[0] ?? fileURLToPath(new URL('../../../distributions', import.meta.url));
  const { settings, parallel, rewrite } = readSourceOptions(values, process.env);
  const transport = createTransport(settings);
  const probe = ({ baseurl, metalink, mirrorlist, rhsm }: RepositoryDefinition): Promise<void> => {
    if (rhsm && settings.clientCertificate === null)
      throw new Error('it needs a client certificate (--cert and --key)');
    const address = { baseurl: baseurl || null, metalink: metalink || null, mirrorlist: mirrorlist || null };
    return probeRepository({ ...address, subscribed: rhsm ?? false }, { transport, rewrite });
  };
  const issues = await checkDirectory({
    ...{ dir, distributions: values.distro, facts: readContractFacts(), parallel },
    probe: values.online ? probe : null,
  });
  const errors = issues.filter(({ severity }) => severity === 'error');
  for (const issue of values.quiet ? errors : issues) console.log(describeIssue(issue));
  console.log(`${dir}: ${plural(errors.length, 'error')}, ${plural(issues.length - errors.length, 'warning')}`);
  return (values.strict ? issues : errors).length === 0;
});
