import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPersistentPostgres, type PostgresServer } from '../support/embedded-postgres.ts';
import { isAlive } from '../support/process-lock.ts';

const NAME = 'image-builder-bench-';

const dataOf = (directory: string): string => join(directory, 'postgres');

/** Stops and removes what a run left behind that was killed. The directory's name says whose it was. */
const removeLeftovers = async (root: string): Promise<void> => {
  for (const name of await readdir(root)) {
    const pid = new RegExp(`^${NAME}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const directory = join(root, name);
    const data = dataOf(directory);
    const running = await stat(join(data, 'postmaster.pid')).catch(() => null);
    // Starting a server that runs gives that one.
    if (running) await startPersistentPostgres(data).then((server) => server.stop());
    await rm(directory, { recursive: true, force: true });
  }
};

/** A directory for everything a run writes, with a server in it. */
export interface BenchPostgres extends PostgresServer {
  readonly directory: string;
  readonly pid: number;
  /** What the server logs. */
  readonly log: string;
}

/**
 * Starts an empty server with PostgreSQL's own settings: commits are synced to disk, tables are vacuumed. The directory and
 * all that is in it is removed by `stop`.
 */
export const startBenchPostgres = async (): Promise<BenchPostgres> => {
  await removeLeftovers(tmpdir());
  const directory = await mkdtemp(join(tmpdir(), `${NAME}${process.pid}-`));
  // The server may run as another user.
  await chmod(directory, 0o755);
  const data = dataOf(directory);
  try {
    const server = await startPersistentPostgres(data);
    return {
      ...server,
      directory,
      pid: Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]),
      log: `${data}.log`,
      stop: async () => {
        await server.stop();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
};
