import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { sql } from 'slonik';
import { z } from 'zod';
import type { SslMode } from '../../src/config/index.ts';
import { openConnection, tlsOptions } from '../../src/db/connection.ts';
import { createDatabaseAccess } from '../../src/db/database.ts';
import { createTestDatabase } from '../support/database.ts';

const config = (port: number, sslMode: SslMode) => ({
  ...{ host: '127.0.0.1', port, sslMode, database: 'x', user: 'x', password: 'x', poolSize: 1, ca: 'authority' },
});

/** Starts a server that responds to the request for TLS, or closes the connection. */
async function startServer(respond: (socket: Socket) => void) {
  const requests: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      requests.push(data.toString('hex'));
      respond(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    requests,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => {
      server.close();
      return Promise.resolve();
    },
  };
}

describe('connections to the database', () => {
  it('end a statement on the server before its caller gets an error', async () => {
    await using database = await createTestDatabase({ empty: true });
    const setting = z.strictObject({ statement: z.string(), lock: z.string() });
    const timeouts = { connect: 30_000, read: 5_000, write: 10_000, lock: 3_000 };
    for (const [given, expected] of [
      [{}, { statement: '27s', lock: '10s' }],
      [{ timeouts }, { statement: '9s', lock: '3s' }],
    ] as const) {
      const { use, close } = createDatabaseAccess({ ...database.config, ...given });
      const found = await use((db) =>
        db.one(
          sql.type(
            setting,
          )`SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`,
        ),
      );
      expect(found).to.deep.equal(expected);
      await close();
    }
  });

  for (const mode of ['prefer', 'allow'] as const) {
    it(`have TLS in the mode ${mode} where the server offers it, without checking the certificate`, async () => {
      await using server = await startServer((socket) => socket.write('S'));
      expect(await tlsOptions(config(server.port, mode))).to.deep.equal({ rejectUnauthorized: false });
      expect(server.requests).to.deep.equal(['0000000804d2162f']);
    });

    it(`have no TLS in the mode ${mode} where the server offers none`, async () => {
      await using database = await createTestDatabase({ empty: true });
      expect(await tlsOptions({ ...database.config, sslMode: mode })).to.equal(false);
      const client = await openConnection({ ...database.config, sslMode: mode }, 'tests');
      const { rows } = await client.query(`SELECT current_setting('TimeZone') AS zone`);
      expect(rows).to.deep.equal([{ zone: 'UTC' }]);
      await client.end();
    });
  }

  it('fail where the server closes the connection instead of a response', async () => {
    await using server = await startServer((socket) => socket.end());
    const error = await tlsOptions(config(server.port, 'prefer')).catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'the database closed the connection');
  });

  it('check the certificate in the verifying modes only, and the host name in verify-full only', async () => {
    expect(await tlsOptions(config(1, 'disable'))).to.equal(false);
    expect(await tlsOptions(config(1, 'require'))).to.deep.equal({ rejectUnauthorized: false });
    expect(await tlsOptions(config(1, 'verify-full'))).to.deep.equal({ ca: 'authority', rejectUnauthorized: true });
    const { checkServerIdentity, ...others } = (await tlsOptions(config(1, 'verify-ca'))) || {};
    expect(others).to.deep.equal({ ca: 'authority', rejectUnauthorized: true });
    expect(checkServerIdentity).to.be.a('function');
  });
});
