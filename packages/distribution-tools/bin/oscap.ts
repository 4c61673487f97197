// npm run distributions:oscap [-- options]: SCAP content → security profiles of distributions, by the tool `oscap`.
// The command fails when there is any problem, each of which is one line. See docs/distributions.md.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../src/command.ts';
import { openContent, requireOscap } from '../src/oscap/tool.ts';
import { updateProfiles } from '../src/oscap/update.ts';
import { plural } from '../src/text.ts';
import { createProgress } from '../src/progress.ts';

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: fileURLToPath(new URL('../../../distributions', import.meta.url)) },
      distro: { type: 'string', multiple: true },
      content: { type: 'string', default: '/usr/share/xml/scap/ssg/content' },
      oscap: { type: 'string', default: 'oscap' },
      'skip-missing': { type: 'boolean', default: false },
    },
  });

  await requireOscap(values.oscap);
  using progress = createProgress(process.stdout);
  const { profiles, unchanged, changed, missing, drafts, problems } = await updateProfiles({
    ...{ dir: values.dir, distributions: values.distro, skipMissing: values['skip-missing'], progress },
    openContent: (product) => openContent(values.oscap, values.content, product),
    parallel: availableParallelism(),
  });
  progress.say(
    `${profiles} profiles of distributions: ${unchanged} unchanged, ${changed} written, ` +
      `${missing} missing in the content, ${plural(drafts, 'draft')}; ${plural(problems, 'problem')}`,
  );
  return problems === 0;
});
