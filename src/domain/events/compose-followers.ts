import type { Wakeups } from '../../background/wake.ts';
import type { Database } from '../../db/index.ts';
import type { Logger } from '../../observability/logger.ts';
import type { ComposeFollowers } from './hub.ts';

/** Milliseconds until the first poll of closely followed composes. */
export const FIRST_CLOSE_POLL = 2_000;

/** Makes the background poll composer closely for composes of streams. After a failure streams report progress later. */
export function createComposeFollowers(
  db: Pick<Database, 'composes'>,
  background: Pick<Wakeups, 'wake'>,
  log: Logger,
): ComposeFollowers {
  const follow = (update: Promise<number>): void => {
    update.then(
      (composes) => {
        if (composes > 0) background.wake('poll-composes', FIRST_CLOSE_POLL);
      },
      (error: unknown) =>
        log.debug(
          { event: 'stream.follow_failed', err: error },
          'composes of an event stream cannot be polled closely',
        ),
    );
  };
  return {
    organization: (orgId) => follow(db.composes.followClosely({ orgId })),
    composes: (jobIds) => follow(db.composes.followClosely({ jobIds })),
  };
}
