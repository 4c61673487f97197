import type { Command } from 'commander';
import type { components } from '../../contract.ts';
import { dataOf } from '../../response.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { columns } from '../text.ts';

type Storage = components['schemas']['StorageQuota'];

const stored = (storage: Storage | undefined): string[][] =>
  storage === undefined
    ? []
    : [
        ['blueprints', `${storage.blueprints.used} of ${storage.blueprints.limit} stored`],
        ['blueprint bytes', `${storage.bytes.used} of ${storage.bytes.limit} stored`],
      ];

export function addQuotaCommand(program: Command, io: Io): void {
  const command = program
    .command('quota')
    .description('show what is left of the quota and of the rate limits')
    .action(async () => {
      const { api, print } = await openSession(command, io);
      const quota = dataOf(await api.GET('/quota'));
      print(quota, () =>
        columns([
          quota.limited
            ? ['composes', `${quota.remaining} of ${quota.limit} left`, `for ${quota.window_seconds} s each`]
            : ['composes', 'no limit'],
          ...stored(quota.storage),
          ...quota.rate_limits.map((limit) => [
            limit.applies_to,
            `${limit.remaining} of ${limit.limit} left`,
            `resets in ${limit.resets_in} s`,
          ]),
        ]),
      );
    });
}
