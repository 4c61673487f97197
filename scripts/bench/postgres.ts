import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPersistentPostgres } from '../support/embedded-postgres.ts';
import { withAdministration, type ServerAddress } from '../support/databases.ts';
import { isAlive } from '../support/process-lock.ts';
import { parseStat } from './usage.ts';

const NAME = 'image-builder-bench-';

/** Counts statements. PostgreSQL's own settings otherwise: commits are synced to disk, tables are vacuumed. */
const SETTINGS = ['shared_preload_libraries=pg_stat_statements'];

const dataOf = (directory: string): string => join(directory, 'postgres');

/** Stops and removes what a run left behind that was killed. The directory's name has the process id of the run. */
const removeLeftovers = async (root: string): Promise<void> => {
  for (const name of await readdir(root)) {
    const pid = new RegExp(`^${NAME}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const directory = join(root, name);
    const data = dataOf(directory);
    const running = await stat(join(data, 'postmaster.pid')).catch(() => null);
    // Starting a server that runs returns that server.
    if (running) await startPersistentPostgres(data).then((server) => server.stop());
    await rm(directory, { recursive: true, force: true });
  }
};

/** The server that a run uses, and a directory for everything that the run writes. */
export interface BenchPostgres {
  readonly address: ServerAddress;
  /** Whether the run started the server, and removes it afterwards. */
  readonly embedded: boolean;
  readonly directory: string;
  /** The server's process; `null` when it runs elsewhere. */
  readonly pid: number | null;
  /** The file that the server logs to; `null` when that is not known. */
  readonly log: string | null;
}

const startEmbedded = async (directory: string, stack: AsyncDisposableStack): Promise<BenchPostgres> => {
  const data = dataOf(directory);
  const server = await startPersistentPostgres(data, SETTINGS);
  stack.defer(() => server.stop());
  const { host, port, user, password } = server;
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  return {
    address: { host, port, user, password, sslMode: 'disable' },
    embedded: true,
    directory,
    pid,
    log: `${data}.log`,
  };
};

/** The process of a server on this machine: the parent of the one that serves a connection. */
const findServer = async (address: ServerAddress): Promise<number | null> =>
  withAdministration(address, async (sql) => {
    const { rows } = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const text = await readFile(`/proc/${rows[0]?.pid}/stat`, 'utf8').catch(() => null);
    const local = text?.includes('(postgres') ?? false;
    return local && text !== null ? parseStat(text).parent : null;
  });

const findGiven = async (url: URL, directory: string): Promise<BenchPostgres> => {
  const address: ServerAddress = {
    ...{ host: url.hostname, port: Number(url.port || '5432'), sslMode: 'disable' },
    ...{ user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
  };
  return { address, embedded: false, directory, pid: await findServer(address), log: null };
};

/**
 * Starts an empty server, or finds the given one, whose user may create databases. The stack stops what was started, and
 * removes the directory.
 * @param url of a server, like `postgres://user:password@localhost:5432`; `null` for an embedded one
 */
export async function openBenchPostgres(url: URL | null, stack: AsyncDisposableStack): Promise<BenchPostgres> {
  await removeLeftovers(tmpdir());
  const directory = await mkdtemp(join(tmpdir(), `${NAME}${process.pid}-`));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  // The server may run as another user.
  await chmod(directory, 0o755);
  return url === null ? startEmbedded(directory, stack) : findGiven(url, directory);
}
