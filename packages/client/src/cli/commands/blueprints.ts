import type { Command } from 'commander';
import { listBlueprints, listBlueprintVersions } from '../../lists.ts';
import { dataOf, errorOf } from '../../response.ts';
import { findBlueprint } from '../blueprint-names.ts';
import { CliError } from '../failures.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { collect, columns, take } from '../text.ts';
import { addExport, addImport, addPush, addValidate } from './blueprint-files.ts';

interface ListFlags {
  readonly search?: string;
  readonly label?: readonly string[];
}

const addList = (blueprints: Command, io: Io): void => {
  const command = blueprints
    .command('list')
    .description('list blueprints')
    .option('--search <text>', 'only names that contain the text')
    .option('--label <key:value>', 'only blueprints with this label; repeatable', collect)
    .action(async ({ search, label }: ListFlags) => {
      const {
        api,
        io: { signal },
        print,
      } = await openSession(command, io);
      const filters = {
        ...(search === undefined ? {} : { search }),
        ...(label === undefined ? {} : { label: [...label] }),
      };
      const items = await take(listBlueprints(api, filters, { signal }));
      print(items, () =>
        columns(items.map(({ id, version, last_modified_at: modified, name }) => [id, `v${version}`, modified, name])),
      );
    });
};

/** @throws CliError */
const versionOf = (text: string): number => {
  const version = Number(text.replace(/^v/, ''));
  if (!Number.isSafeInteger(version) || version < 1) throw new CliError(`${text} is no version: write 3 or v3`);
  return version;
};

const addShow = (blueprints: Command, io: Io): void => {
  const command = blueprints
    .command('show')
    .description('show a blueprint as JSON')
    .argument('<name>', 'name or id')
    .option('--revision <number>', 'another version than the newest')
    .action(async (name: string, { revision }: { readonly revision?: string }) => {
      const session = await openSession(command, io);
      const { id } = await findBlueprint(session, name);
      const query = revision === undefined ? {} : { version: versionOf(revision) };
      const params = { path: { id }, query };
      const blueprint = dataOf(await session.api.GET('/blueprints/{id}', { params }));
      session.print(blueprint, () => JSON.stringify(blueprint, null, 2));
    });
};

const addVersions = (blueprints: Command, io: Io): void => {
  const command = blueprints
    .command('versions')
    .description('list the versions of a blueprint')
    .argument('<name>', 'name or id')
    .action(async (name: string) => {
      const session = await openSession(command, io);
      const { id } = await findBlueprint(session, name);
      const items = await take(listBlueprintVersions(session.api, id, { signal: io.signal }));
      session.print(items, () =>
        columns(items.map(({ version, created_at: created, changes }) => [`v${version}`, created, changes.join(', ')])),
      );
    });
};

const SIGNS: Readonly<Record<string, string>> = { add: '+', remove: '-', replace: '~' };

const addDiff = (blueprints: Command, io: Io): void => {
  const command = blueprints
    .command('diff')
    .description('show what changed between two versions of a blueprint')
    .argument('<name>', 'name or id')
    .argument('[from]', 'version; by default the one before the newest')
    .argument('[to]', 'version; by default the newest')
    .action(async (name: string, from: string | undefined, to: string | undefined) => {
      const session = await openSession(command, io);
      const { id } = await findBlueprint(session, name);
      const query = {
        ...(from === undefined ? {} : { from: versionOf(from) }),
        ...(to === undefined ? {} : { to: versionOf(to) }),
      };
      const params = { path: { id }, query };
      const operations = dataOf(await session.api.GET('/blueprints/{id}/diff', { params }));
      session.print(operations, () =>
        operations.map(({ op, path, value }) => {
          const text = value === undefined ? '' : `  ${JSON.stringify(value)}`;
          return `${SIGNS[op] ?? op} ${path}${text}`;
        }),
      );
    });
};

const addDelete = (blueprints: Command, io: Io): void => {
  const command = blueprints
    .command('delete')
    .description('delete a blueprint')
    .argument('<name>', 'name or id')
    .action(async (name: string) => {
      const session = await openSession(command, io);
      const { id } = await findBlueprint(session, name);
      const { response, error } = await session.api.DELETE('/blueprints/{id}', { params: { path: { id } } });
      if (!response.ok) throw errorOf(response, error);
      session.print({ id, deleted: true }, () => `${id}  deleted`);
    });
};

export function addBlueprintsCommands(program: Command, io: Io): void {
  const blueprints = program.command('blueprints').description('save, show and compare blueprints');
  for (const add of [addList, addShow, addPush, addDiff, addVersions, addValidate, addImport, addExport, addDelete])
    add(blueprints, io);
}
