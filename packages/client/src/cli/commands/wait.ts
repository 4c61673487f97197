import type { Command } from 'commander';
import { ComposeTimeout } from '../../wait-errors.ts';
import { waitForCompose, type ComposeStatus } from '../../wait-for-compose.ts';
import { reasonOf } from '../failures.ts';
import type { Io } from '../io.ts';
import { partOf, startProgress } from '../progress.ts';
import { openSession, type Session } from '../session.ts';
import { durationOf } from '../text.ts';

export interface WaitFlags {
  readonly timeLimit?: string;
}

export function addWaitOptions(command: Command): Command {
  return command.option('--time-limit <time>', 'longest time to wait: 90s, 30m or 2h', '2h');
}

/** Longest pause between two polls, so that the bar moves. Events end it early. */
const LONGEST_PAUSE = 5_000;

/** Where the image is: the members of its upload, such as `ami` or `url`. */
export function locationOf({ image_status: { upload_status: upload } }: ComposeStatus): string {
  const entries = Object.entries(upload?.options ?? {}) as [string, unknown][];
  return entries.map(([name, value]) => `${name}: ${String(value)}`).join(', ');
}

const waitForOne = async (session: Session, id: string, { timeLimit = '2h' }: WaitFlags): Promise<ComposeStatus> => {
  const progress = startProgress(session.io, id);
  let part = 0;
  try {
    return await waitForCompose(session.api, id, {
      signal: session.io.signal,
      timeLimit: durationOf(timeLimit),
      longestPause: LONGEST_PAUSE,
      onStatus: (status) => progress.update((part = partOf(status)), status.image_status.status),
      onFailure: (error) => progress.update(part, `${reasonOf(error)}, trying again`),
    });
  } finally {
    progress.stop();
  }
};

/** Waits for composes, one after the other, and prints where their images are. @throws ComposeFailed for the first that failed */
export async function waitForAll(session: Session, ids: readonly string[], flags: WaitFlags): Promise<void> {
  const finished: object[] = [];
  for (const [at, id] of ids.entries()) {
    const status = await waitForOne(session, id, flags).catch((error: unknown) => {
      if (session.io.signal.aborted || error instanceof ComposeTimeout)
        session.note(`the build continues; wait for it with: image-builder wait ${ids.slice(at).join(' ')}`);
      throw error;
    });
    finished.push({ id, ...status });
    if (!session.json) session.print(null, () => `${id}  ${status.image_status.status}  ${locationOf(status)}`);
  }
  if (session.json) session.print(finished.length === 1 ? finished[0] : finished, () => '');
}

export function addWaitCommand(program: Command, io: Io): void {
  const command = program
    .command('wait')
    .description('wait until composes have finished')
    .argument('<id...>', 'ids of composes');
  addWaitOptions(command).action(async (ids: string[], flags: WaitFlags) => {
    await waitForAll(await openSession(command, io), ids, flags);
  });
}
