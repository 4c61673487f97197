import type { Command } from 'commander';
import { listComposes } from '../../lists.ts';
import { dataOf, errorOf } from '../../response.ts';
import { download } from '../download.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { collect, columns, take } from '../text.ts';
import { locationOf } from './wait.ts';
import { CliError } from '../failures.ts';

interface ListFlags {
  readonly limit?: string;
  readonly status?: string;
  readonly label?: readonly string[];
}

const addList = (program: Command, io: Io): void => {
  const command = program
    .command('list')
    .description('list composes, newest first')
    .option('--limit <number>', 'at most so many', '20')
    .option('--status <status>', 'only composes in this state')
    .option('--label <key:value>', 'only composes with this label; repeatable', collect)
    .action(async ({ limit = '20', status, label }: ListFlags) => {
      if (!/^\d+$/.test(limit)) throw new CliError('--limit must be a number');
      const {
        api,
        io: { signal },
        print,
      } = await openSession(command, io);
      const filters = {
        ...(status === undefined ? {} : { status }),
        ...(label === undefined ? {} : { label: [...label] }),
      };
      const list = listComposes(api, filters as Parameters<typeof listComposes>[1], { signal });
      const items = await take(list, Number(limit));
      print(items, () =>
        columns(
          items.map(({ id, created_at: created, request, image_name: name }) => [
            ...[id, created, request.distribution ?? request.bootc?.reference],
            ...[request.image_requests[0]?.image_type, name],
          ]),
        ),
      );
    });
};

const addStatus = (program: Command, io: Io): void => {
  const command = program
    .command('status')
    .description('show the status of a compose')
    .argument('<id>')
    .action(async (composeId: string) => {
      const { api, print } = await openSession(command, io);
      const status = dataOf(await api.GET('/composes/{composeId}', { params: { path: { composeId } } }));
      const { image_status: image } = status;
      print({ id: composeId, ...status }, () => [
        `${composeId}  ${image.status}  ${image.error?.reason ?? locationOf(status)}`.trimEnd(),
      ]);
    });
};

const addEnds = (program: Command, io: Io): void => {
  const cancel = program
    .command('cancel')
    .description('cancel a compose')
    .argument('<id>')
    .action(async (composeId: string) => {
      const { api, print } = await openSession(cancel, io);
      const { response, error } = await api.POST('/composes/{composeId}/cancel', { params: { path: { composeId } } });
      if (!response.ok) throw errorOf(response, error);
      print({ id: composeId, cancelled: true }, () => `${composeId}  cancelled`);
    });
  const remove = program
    .command('delete')
    .description('delete a compose from the lists')
    .argument('<id>')
    .action(async (composeId: string) => {
      const { api, print } = await openSession(remove, io);
      const { response, error } = await api.DELETE('/composes/{composeId}', { params: { path: { composeId } } });
      if (!response.ok) throw errorOf(response, error);
      print({ id: composeId, deleted: true }, () => `${composeId}  deleted`);
    });
};

/** The texts of all steps of a build, in their order. Their form is that of the build service. */
const textsOf = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'output' && typeof item === 'string' ? [item.trimEnd()] : textsOf(item),
  );
};

const addLogs = (program: Command, io: Io): void => {
  const command = program
    .command('logs')
    .description('show what the build service logged of a compose')
    .argument('<id>')
    .action(async (composeId: string) => {
      const { api, print, note } = await openSession(command, io);
      const logs = dataOf(await api.GET('/composes/{composeId}/logs', { params: { path: { composeId } } }));
      if (logs.truncated) note('the logs are shortened');
      const texts = textsOf(logs.image_builds);
      print(logs, () => (texts.length === 0 ? JSON.stringify(logs.image_builds, null, 2) : texts));
    });
};

const addDownload = (program: Command, io: Io): void => {
  const command = program
    .command('download')
    .description('download the image of a compose')
    .argument('<id>')
    .option('-o, --output <file>', 'file to write; by default the name of the image')
    .action(async (id: string, { output }: { readonly output?: string }) => {
      const session = await openSession(command, io);
      const written = await download(session, id, output);
      session.print({ id, ...written }, () => `${written.file}  ${written.bytes} bytes`);
    });
};

export function addComposesCommands(program: Command, io: Io): void {
  for (const add of [addList, addStatus, addEnds, addLogs, addDownload]) add(program, io);
}
