import type { Command } from 'commander';
import { dataOf } from '../../response.ts';
import type { Io } from '../io.ts';
import { openSession } from '../session.ts';
import { columns } from '../text.ts';

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
          ...quota.rate_limits.map((limit) => [
            limit.applies_to,
            `${limit.remaining} of ${limit.limit} left`,
            `resets in ${limit.resets_in} s`,
          ]),
        ]),
      );
    });
}
