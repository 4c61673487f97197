import type { Command } from 'commander';
import type { components } from '../../contract.ts';
import { dataOf } from '../../response.ts';
import { findBlueprint } from '../blueprint-names.ts';
import { loadDocument } from '../documents.ts';
import { CliError } from '../failures.ts';
import { addImageOptions, imageRequestsOf, type ImageOptions } from '../images.ts';
import type { Io } from '../io.ts';
import { openSession, valueOf, type Session } from '../session.ts';
import { collect } from '../text.ts';
import { addWaitOptions, waitForAll, type WaitFlags } from './wait.ts';

type ComposeRequest = components['schemas']['ComposeRequest'];
type Customizations = components['schemas']['Customizations'];

interface ComposeOptions extends ImageOptions, WaitFlags {
  readonly name?: string;
  readonly package?: readonly string[];
  readonly user?: string;
  readonly sshKey?: string;
  readonly hostname?: string;
  readonly blueprint?: string;
  readonly wait?: true;
}

const customizationsOf = async (given: Customizations, options: ComposeOptions): Promise<Customizations> => {
  const { package: packages = [], user, sshKey, hostname } = options;
  if (sshKey !== undefined && user === undefined) throw new CliError('--ssh-key needs a --user');
  const key = sshKey === undefined ? {} : { ssh_key: await valueOf(sshKey) };
  return {
    ...given,
    ...(packages.length === 0 ? {} : { packages: [...(given.packages ?? []), ...packages] }),
    ...(user === undefined ? {} : { users: [...(given.users ?? []), { name: user, ...key, groups: ['wheel'] }] }),
    ...(hostname === undefined ? {} : { hostname }),
  };
};

/** Members of a blueprint that a compose does not have. */
const BLUEPRINT_ONLY: ReadonlySet<string> = new Set(['name', 'description', 'metadata', 'labels', 'omitted']);

const requestsOf = async (
  session: Session,
  file: string | undefined,
  options: ComposeOptions,
): Promise<ComposeRequest[]> => {
  const { body, architecture } = file === undefined ? { body: {} } : await loadDocument(session, file);
  const given = body as Partial<ComposeRequest> & { readonly name?: string };
  const images = imageRequestsOf(options, architecture) ?? given.image_requests;
  if (!images?.length) throw new CliError('which image? name its type: --type guest-image');
  const { distribution = given.distribution, name = given.image_name ?? given.name } = options;
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !BLUEPRINT_ONLY.has(key)));
  const customizations = await customizationsOf(given.customizations ?? {}, options);
  return images.map((image) => ({
    ...(rest as Partial<ComposeRequest>),
    ...(distribution === undefined
      ? {}
      : { distribution: distribution as NonNullable<ComposeRequest['distribution']> }),
    ...(name === undefined ? {} : { image_name: name }),
    image_requests: [image],
    customizations,
  }));
};

const start = async (session: Session, file: string | undefined, options: ComposeOptions): Promise<string[]> => {
  const { api } = session;
  if (options.blueprint !== undefined) {
    if (file !== undefined) throw new CliError('give a file or --blueprint, not both');
    const { id } = await findBlueprint(session, options.blueprint);
    const types = options.type as components['schemas']['ImageTypes'][] | undefined;
    const body = types === undefined ? {} : { image_types: types };
    const started = dataOf(await api.POST('/blueprints/{id}/compose', { params: { path: { id } }, body }));
    return started.map((one) => one.id);
  }
  const ids: string[] = [];
  for (const body of await requestsOf(session, file, options))
    ids.push(dataOf(await api.POST('/compose', { body })).id);
  return ids;
};

export function addComposeCommand(program: Command, io: Io): void {
  const command = program
    .command('compose')
    .description('build an image: from options, a JSON or TOML file, or a blueprint')
    .argument(
      '[file]',
      'a compose request or blueprint in JSON, or a composer-cli blueprint in TOML; - for standard input',
    )
    .option('-b, --blueprint <name>', 'build the saved blueprint of this name or id')
    .option('-n, --name <name>', 'name of the image')
    .option('-p, --package <name>', 'install a package; repeatable', collect)
    .option('--user <name>', 'add an administrator')
    .option('--ssh-key <key>', 'SSH key of the user; @FILE reads it')
    .option('--hostname <name>', 'name of the host')
    .option('-w, --wait', 'wait until the image is built');
  addWaitOptions(addImageOptions(command)).action(async (file: string | undefined, options: ComposeOptions) => {
    const session = await openSession(command, io);
    const ids = await start(session, file, options);
    if (options.wait) await waitForAll(session, ids, options);
    else session.print(ids.length === 1 ? { id: ids[0] } : ids.map((id) => ({ id })), () => ids);
  });
}
