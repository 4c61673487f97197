import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { components } from '../../contract.ts';
import { dataOf, errorOf } from '../../response.ts';
import { findBlueprint, findByName } from '../blueprint-names.ts';
import { loadDocument, type Loaded } from '../documents.ts';
import { CliError, EXIT } from '../failures.ts';
import { addImageOptions, imageRequestsOf, type ImageOptions } from '../images.ts';
import type { Io } from '../io.ts';
import { openSession, type Session } from '../session.ts';

type BlueprintRequest = components['schemas']['CreateBlueprintRequest'];

interface PushOptions extends ImageOptions {
  readonly name?: string;
}

const FILE = 'a blueprint in JSON, or a composer-cli blueprint in TOML; - for standard input';

/** The request that a file and options describe, as far as they do. */
const requestOf = ({ body, architecture }: Loaded, options: PushOptions): Partial<BlueprintRequest> => {
  const images = imageRequestsOf(options, architecture);
  const { name, distribution } = options;
  return {
    ...(body as Partial<BlueprintRequest>),
    ...(name === undefined ? {} : { name }),
    ...(distribution === undefined
      ? {}
      : { distribution: distribution as NonNullable<BlueprintRequest['distribution']> }),
    ...(images === null ? {} : { image_requests: images }),
  };
};

/** What is saved already, with its entity tag; `null` for a new name. */
const readSaved = async (session: Session, name: string) => {
  const found = await findByName(session, name);
  if (found === null) return null;
  const params = { path: { id: found.id } };
  const result = await session.api.GET('/blueprints/{id}', { params });
  return { blueprint: dataOf(result), tag: result.response.headers.get('etag') };
};

const push = async (
  session: Session,
  request: Partial<BlueprintRequest>,
): Promise<{ id: string; created: boolean }> => {
  const { name } = request;
  if (name === undefined) throw new CliError('the blueprint has no name: add --name');
  const saved = await readSaved(session, name);
  const images = request.image_requests ?? saved?.blueprint.image_requests;
  if (images === undefined) throw new CliError('which images? name their types: --type guest-image');
  const distribution = request.distribution ?? saved?.blueprint.distribution;
  const body = {
    ...{ customizations: {}, ...request, name, image_requests: images },
    ...(distribution === undefined || request.bootc !== undefined ? {} : { distribution }),
  };
  if (saved === null) return { ...dataOf(await session.api.POST('/blueprints', { body })), created: true };
  const { id } = saved.blueprint;
  // The service refuses to overwrite a change that was made meanwhile.
  const header = saved.tag === null ? {} : { 'If-Match': saved.tag };
  const { response, error } = await session.api.PUT('/blueprints/{id}', { params: { path: { id }, header }, body });
  if (!response.ok) throw errorOf(response, error);
  return { id, created: false };
};

export function addPush(blueprints: Command, io: Io): void {
  const command = blueprints
    .command('push')
    .description('save a blueprint: create it, or store a new version where the name is known')
    .argument('<file>', FILE)
    .option('-n, --name <name>', 'another name than that of the file');
  addImageOptions(command).action(async (file: string, options: PushOptions) => {
    const session = await openSession(command, io);
    const loaded = await loadDocument(session, file);
    const result = await push(session, requestOf(loaded, options));
    session.print({ ...result, ...(loaded.isToml ? { without_equivalent: loaded.lost } : {}) }, () => [
      `${result.id}  ${result.created ? 'created' : 'updated'}`,
    ]);
  });
}

export function addValidate(blueprints: Command, io: Io): void {
  const command = blueprints
    .command('validate')
    .description('find the mistakes of a blueprint, without saving it')
    .argument('<file>', FILE)
    .option('-n, --name <name>', 'another name than that of the file')
    .option('--depsolve', 'resolve the packages, too');
  addImageOptions(command).action(async (file: string, options: PushOptions & { readonly depsolve?: true }) => {
    const session = await openSession(command, io);
    const candidate = requestOf(await loadDocument(session, file), options);
    const params = { query: { depsolve: options.depsolve === true } };
    const body = candidate as components['schemas']['BlueprintCandidate'];
    const checked = dataOf(await session.api.POST('/blueprints/validate', { params, body }));
    session.print(checked, () => [
      ...checked.errors.map(({ pointer, detail }) => `error    ${pointer}  ${detail}`),
      ...checked.warnings.map(({ pointer, detail }) => `warning  ${pointer}  ${detail}`),
      checked.valid ? 'valid' : 'not valid',
    ]);
    if (!checked.valid) throw new CliError('the blueprint is not valid', EXIT.refused);
  });
}

export function addImport(blueprints: Command, io: Io): void {
  const command = blueprints
    .command('import')
    .description('convert a composer-cli blueprint from TOML to JSON, without saving it')
    .argument('<file>', 'a composer-cli blueprint in TOML; - for standard input')
    .action(async (file: string) => {
      const session = await openSession(command, io);
      const { body, architecture, lost, isToml } = await loadDocument(session, file);
      if (!isToml) throw new CliError(`${file} is JSON already`);
      const imported = { blueprint: body, ...(architecture === undefined ? {} : { architecture }) };
      session.print({ ...imported, without_equivalent: lost }, () => JSON.stringify(body, null, 2));
    });
}

/** @throws CliError */
const write = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`, EXIT.usage, { cause: error });
  }
};

export function addExport(blueprints: Command, io: Io): void {
  const command = blueprints
    .command('export')
    .description('write a blueprint as a file for another organization or for composer-cli, without secrets')
    .argument('<name>', 'name or id')
    .addOption(new Option('-f, --format <format>', 'format of the file').choices(['json', 'toml']).default('json'))
    .option('-o, --output <file>', 'file to write; by default standard output')
    .option('--include-secrets', 'with secrets, but passwords')
    .action(async (name: string, options: { format: string; output?: string; includeSecrets?: true }) => {
      const session = await openSession(command, io);
      const { id } = await findBlueprint(session, name);
      const isToml = options.format === 'toml';
      const result = await session.api.GET('/blueprints/{id}/export', {
        params: { path: { id }, query: options.includeSecrets ? { include_secrets: true } : {} },
        headers: { accept: isToml ? 'application/toml' : 'application/json' },
        parseAs: 'text',
      });
      const given = dataOf(result) as unknown as string;
      const text = isToml ? given : `${JSON.stringify(JSON.parse(given), null, 2)}\n`;
      const omitted = result.response.headers.get('blueprint-omitted');
      if (omitted !== null) session.note(`left out: ${omitted}`);
      if (options.output !== undefined) await write(options.output, text);
      if (session.json) session.print({ id, format: options.format, omitted: omitted ?? '', content: text }, () => '');
      else if (options.output === undefined) session.io.out(text);
    });
}
