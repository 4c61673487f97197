import { setTimeout as wait } from 'node:timers/promises';
import type { Bench } from './context.ts';
import type { Idle } from './report.ts';
import type { Running } from './sides.ts';
import { untilRest } from './snapshot.ts';

/** After which all work is done. */
const REST = { quiet: 5_000, follow: 0 } as const;

/** What a process costs that gets no requests. */
export async function measureIdle({ options, signal }: Bench, { implementation, server }: Running): Promise<Idle> {
  const take = () => implementation.snapshot(server().pid);
  await untilRest(take, REST, signal);
  const before = await take();
  await wait(options.idle * 1_000, undefined, { signal });
  const after = await take();
  const seconds = (after.at - before.at) / 1_000;
  const rate = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : (to - from) / seconds;
  return {
    ...{ name: implementation.name, seconds, commits: (after.commits - before.commits) / seconds },
    statements: rate(before.statements, after.statements),
    service: rate(before.service, after.service),
    database: rate(before.database, after.database),
  };
}
