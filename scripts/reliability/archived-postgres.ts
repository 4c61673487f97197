// A PostgreSQL that archives its write-ahead log, its base backup, and servers that are recovered from both.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { connectTo } from '../support/databases.ts';
import {
  startTemporaryPostgres,
  temporaryRoot,
  type BaseBackup,
  type TemporaryPostgres,
} from '../support/embedded-postgres.ts';
import { startOwnDatabase, type OwnDatabase } from './database.ts';
import { until } from './operator.ts';

const run = promisify(execFile);

/** Settings of a server whose write-ahead log is to be archived, whose replicas may be read, and that writes full pages. */
const ARCHIVED = ['wal_level=replica', 'archive_mode=on', 'full_page_writes=on'];

/** Where the recovery ends: at the restore point, or at the end of the archive, as a standby that is promoted. */
export type RecoveryTarget = 'restore point' | 'standby';

const RESTORE_POINT = 'before_the_mistake';

export interface ArchivedPostgres extends OwnDatabase {
  /** Takes a base backup, as PostgreSQL's manual describes it, while the server works. */
  readonly backUp: (sql: Client) => Promise<BaseBackup>;
  readonly createRestorePoint: (sql: Client) => Promise<void>;
  /** Waits until the log is archived that was written so far. */
  readonly archive: (sql: Client) => Promise<void>;
  /** Starts a server of a backup: up to a restore point, or as a standby, which waits for more of the log. */
  readonly recover: (backup: BaseBackup, target: RecoveryTarget) => Promise<RecoveredPostgres>;
}

export interface RecoveredPostgres {
  readonly server: TemporaryPostgres;
  readonly database: DatabaseConfig;
}

/** A directory that the user who runs PostgreSQL may write. */
const openDirectory = async (stack: AsyncDisposableStack): Promise<string> => {
  const directory = await mkdtemp(join(await temporaryRoot(), 'image-builder-archive-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o777);
  return directory;
};

/** Copies a data directory without what belongs to the running server. */
const copyData = async (from: string, to: string): Promise<void> => {
  // Files that the server removes meanwhile are missed by cp; a backup does not need them.
  await run('cp', ['--archive', from, to]).catch(() => {});
  const log = (await readdir(join(to, 'pg_wal'))).filter((name) => /^[0-9A-F]{24}/.test(name));
  const left = ['postmaster.pid', 'postmaster.opts', ...log.map((name) => join('pg_wal', name))];
  await Promise.all(left.map((name) => rm(join(to, name), { force: true })));
};

async function waitForArchive(sql: Client): Promise<void> {
  const { rows } = await sql.query<{ name: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS name');
  const isArchived = await until(async () => {
    const { rowCount } = await sql.query('SELECT FROM pg_stat_archiver WHERE last_archived_wal >= $1', [rows[0]?.name]);
    return rowCount === 1;
  });
  if (!isArchived) throw new Error('PostgreSQL does not archive its write-ahead log');
}

async function backUp(sql: Client, data: string, directory: string): Promise<BaseBackup> {
  // pg_basebackup does the same; embedded-postgres has no such program.
  await sql.query(`SELECT pg_backup_start('trial', true)`);
  await copyData(data, directory);
  const { rows } = await sql.query<{ label: string }>('SELECT labelfile AS label FROM pg_backup_stop()');
  return { directory, files: { backup_label: rows[0]?.label ?? '' } };
}

/** Starts a server that archives its log, with a migrated database. */
export async function startArchivedPostgres(): Promise<ArchivedPostgres> {
  await using stack = new AsyncDisposableStack();
  const directory = await openDirectory(stack);
  const settings = [...ARCHIVED, `archive_command='cp %p ${directory}/%f'`];
  const own = stack.use(await startOwnDatabase({ settings }));
  const owned = stack.move();
  return {
    ...own,
    backUp: (sql) => backUp(sql, own.server.data, join(directory, 'base')),
    createRestorePoint: async (sql) => void (await sql.query('SELECT pg_create_restore_point($1)', [RESTORE_POINT])),
    archive: waitForArchive,
    recover: async ({ directory: base, files }, target) => {
      const signal = target === 'standby' ? 'standby.signal' : 'recovery.signal';
      const goal =
        target === 'standby' ? [] : [`recovery_target_name=${RESTORE_POINT}`, 'recovery_target_action=promote'];
      const recovery = [...ARCHIVED, ...goal, `restore_command='cp ${directory}/%f %p'`, `archive_command='true'`];
      const server = await startTemporaryPostgres(recovery, { directory: base, files: { ...files, [signal]: '' } });
      owned.defer(() => server.stop());
      return { server, database: { ...own.database, port: server.port } };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Promotes a standby, and waits until a server that was recovered accepts writes. */
export async function promote({ database }: RecoveredPostgres, target: RecoveryTarget): Promise<void> {
  const sql = await connectTo(database, database.database);
  const isTrue = async (condition: string): Promise<boolean> =>
    (await sql.query(`SELECT WHERE ${condition}`)).rowCount === 1;
  try {
    if (target === 'standby') await sql.query('SELECT pg_promote()');
    if (!(await until(() => isTrue('NOT pg_is_in_recovery()')))) throw new Error('the recovery does not end');
  } finally {
    await sql.end();
  }
}
