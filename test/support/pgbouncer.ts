// A real PgBouncer in transaction mode in front of the PostgreSQL of the tests.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../scripts/support/embedded-postgres.ts';
import type { DatabaseConfig } from '../../src/config/index.ts';

/** Debian installs it where only root looks for programs. */
const PATH = [process.env['PATH'] ?? '', '/usr/sbin'].join(delimiter);

/** Whether the program is installed. */
export const hasPgBouncer = (): boolean =>
  spawnSync('pgbouncer', ['--version'], { env: { ...process.env, PATH } }).status === 0;

export interface PgBouncer extends AsyncDisposable {
  readonly port: number;
}

/** An account without rights: PgBouncer does not run as root. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

const accepts = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/**
 * Starts it with fewer connections to the server than a process has to it, so that sessions change between transactions.
 * @throws Error when it ends at once
 */
export async function startPgBouncer({
  host,
  port,
  user,
  password,
}: Pick<DatabaseConfig, 'host' | 'port' | 'user' | 'password'>): Promise<PgBouncer> {
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-pgbouncer-'));
  await chmod(directory, 0o755);
  const own = await freePort();
  const settings = join(directory, 'pgbouncer.ini');
  await writeFile(
    settings,
    `[databases]
* = host=${host} port=${port} user=${user} password='${password.replaceAll("'", "''")}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
`,
    { mode: 0o644 },
  );
  const child = spawn('pgbouncer', [settings], {
    ...(process.getuid?.() === 0 ? UNPRIVILEGED : {}),
    env: { PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await exited;
    }
    await rm(directory, { recursive: true, force: true });
  };
  while (!(await accepts(own))) {
    if (child.exitCode === null) continue;
    await stop();
    throw new Error(`PgBouncer does not start:\n${log}`);
  }
  return { port: own, [Symbol.asyncDispose]: stop };
}
