import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import {
  startPersistentPostgres,
  temporaryRoot,
  type PostgresServer,
} from '../../scripts/support/embedded-postgres.ts';
import { isAlive } from '../../scripts/support/process-lock.ts';
import { connectTo } from '../../scripts/support/databases.ts';

const makeDirectory = async () => {
  const directory = await mkdtemp(join(await temporaryRoot(), 'image-builder-postgres-test-'));
  return {
    data: join(directory, 'data', 'postgres'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
};

const query = async (server: PostgresServer, text: string): Promise<unknown[]> => {
  const client = await connectTo({ ...server, sslMode: 'disable' }, 'postgres');
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

const pidIn = async (data: string): Promise<number> =>
  Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);

/** Polls until a process is gone. */
const ended = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
};

const failureOf = async (data: string): Promise<string> => {
  try {
    await (await startPersistentPostgres(data)).stop();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the server started');
};

describe('startPersistentPostgres', () => {
  before(function () {
    if (process.env['TEST_EMBEDDED']) return;
    console.warn(
      '    SKIPPED: PGHOST names a server to use, so the embedded one may not be to be had and is not tested',
    );
    this.skip();
  });

  it('has its data after a restart, and a password that only its owner can read', async () => {
    await using place = await makeDirectory();
    const first = await startPersistentPostgres(place.data);
    try {
      await query(first, 'CREATE TABLE kept AS SELECT 1 AS one');
    } finally {
      await first.stop();
    }
    expect((await stat(`${place.data}.json`)).mode & 0o777).to.equal(0o600);
    const second = await startPersistentPostgres(place.data);
    try {
      expect(second.password).to.equal(first.password);
      expect(await query(second, 'SELECT one FROM kept')).to.deep.equal([{ one: 1 }]);
    } finally {
      await second.stop();
    }
    expect(await readdir(place.data)).not.to.include('postmaster.pid');
  });

  it('uses the server that a killed process left behind', async () => {
    await using place = await makeDirectory();
    const orphan = await startPersistentPostgres(place.data);
    const found = await startPersistentPostgres(place.data);
    try {
      expect(found.port).to.equal(orphan.port);
    } finally {
      await found.stop();
    }
  });

  it('starts again after the server was killed', async () => {
    await using place = await makeDirectory();
    const killed = await startPersistentPostgres(place.data);
    await query(killed, 'CREATE TABLE kept AS SELECT 1 AS one');
    const pid = await pidIn(place.data);
    process.kill(pid, 'SIGKILL');
    await ended(pid);
    const next = await startPersistentPostgres(place.data);
    try {
      expect(await query(next, 'SELECT one FROM kept')).to.deep.equal([{ one: 1 }]);
    } finally {
      await next.stop();
    }
  });

  it('does not mistake another process for its server because it has the number of a dead one', async () => {
    await using place = await makeDirectory();
    const first = await startPersistentPostgres(place.data);
    await first.stop();
    await writeFile(
      join(place.data, 'postmaster.pid'),
      `${process.pid}\n${place.data}\n1\n1\n\n127.0.0.1\n1 1\nready\n`,
    );
    const second = await startPersistentPostgres(place.data);
    await second.stop();
  });

  it('recreates a directory whose creation was interrupted', async () => {
    await using place = await makeDirectory();
    await mkdir(`${place.data}.new/base`, { recursive: true });
    await writeFile(`${place.data}.json`, '{"user":"old","password":"old"}');
    const server = await startPersistentPostgres(place.data);
    try {
      expect(await query(server, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    } finally {
      await server.stop();
    }
  });

  it('does not change data whose password file is missing', async () => {
    await using place = await makeDirectory();
    await (await startPersistentPostgres(place.data)).stop();
    await rm(`${place.data}.json`);
    expect(await failureOf(place.data)).to.match(/postgres\.json is gone, and with it the password of /);
  });

  it('reports the output of PostgreSQL when it does not start', async () => {
    await using place = await makeDirectory();
    await (await startPersistentPostgres(place.data)).stop();
    await writeFile(join(place.data, 'postgresql.conf'), 'nonsense = on\n');
    expect(await failureOf(place.data)).to.match(/^PostgreSQL does not start: .*nonsense/s);
  });
});
