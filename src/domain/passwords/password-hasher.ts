import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import type { Piscina } from 'piscina';
import { unavailable } from '../../lib/errors.ts';
import { FairSlots } from '../../lib/fair-slots.ts';
import { refuseCostlyPasswords, type WithPassword } from './costly-passwords.ts';
import { isHashed } from './password-hash.ts';

export interface PasswordHasher extends AsyncDisposable {
  /**
   * Hashes the passwords of users in worker threads; organizations take turns. Empty passwords stay.
   * @throws ServiceError `invalid` for passwords that would take too long to hash, `unavailable` when too many
   * passwords of the organization wait
   */
  readonly hashUsers: <User extends WithPassword>(orgId: string, users: readonly User[]) => Promise<User[]>;
}

export interface HashingLimits {
  /** Passwords of one organization that wait or are being hashed. */
  readonly perOrganization: number;
  /** Worker threads. */
  readonly threads?: number;
}

/** Milliseconds that one password takes, to estimate when a place is free. */
const HASH_MS = 25;
const MAX_THREADS = 4;
/** Milliseconds after which an idle thread ends. */
const IDLE_TIMEOUT = 10_000;

/** One processor stays free for the main thread. */
const defaultThreads = (): number => Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1));

/** Beside this file, in the sources as in the bundle. */
const WORKER = new URL(`./password-worker${extname(import.meta.url)}`, import.meta.url).href;

const openPool = async (threads: number): Promise<Piscina<string, string>> => {
  const { Piscina } = await import('piscina');
  return new Piscina<string, string>({
    ...{ filename: WORKER, minThreads: 0, maxThreads: threads, idleTimeout: IDLE_TIMEOUT, recordTiming: false },
    // The threads take no options of the program, such as modules that it loads first.
    ...{ workerHistogram: false, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 32 } },
  });
};

export interface HashingObserver {
  /** An organization has too many passwords. */
  readonly onRefused?: () => void;
  /** A thread ended; its passwords fail, and the next one starts another thread. */
  readonly onFailed?: (error: unknown) => void;
}

/** Creates threads at the first password. */
export function createPasswordHasher(
  { perOrganization, threads = defaultThreads() }: HashingLimits,
  { onRefused, onFailed }: HashingObserver = {},
): PasswordHasher {
  const slots = new FairSlots({
    ...{ slots: threads, slotsPerOrganization: threads },
    // `refuseFullShare` bounds the passwords of a request together.
    ...{ queue: Infinity, queuePerOrganization: Infinity, timeout: null },
  });
  let pool: Promise<Piscina<string, string>> | null = null;
  const open = async (): Promise<Piscina<string, string>> => {
    const opened = await openPool(threads);
    opened.on('error', (error: unknown) => {
      pool = null;
      onFailed?.(error);
      void opened.destroy();
    });
    return opened;
  };
  const hash = async (password: string): Promise<string> => (await (pool ??= open())).run(password);

  const refuseFullShare = (orgId: string, added: number): void => {
    const waiting = slots.of(orgId);
    if (added === 0 || waiting + added <= perOrganization) return;
    onRefused?.();
    throw unavailable(
      `too many passwords of the organization wait to be hashed: ${waiting} of ${perOrganization}`,
      undefined,
      Math.ceil((waiting * HASH_MS) / threads / 1000),
    );
  };

  return {
    hashUsers: async (orgId, users) => {
      refuseCostlyPasswords(users);
      refuseFullShare(orgId, users.filter(({ password }) => password && !isHashed(password)).length);
      return Promise.all(
        users.map(async (user) => {
          const { password } = user;
          if (!password || isHashed(password)) return user;
          return { ...user, password: await slots.run(orgId, () => hash(password)) };
        }),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await (await pool)?.destroy();
    },
  };
}
