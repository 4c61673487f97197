// npm start with something wrong: what is wrong is named before PostgreSQL or a sandbox has started.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDirectory } from '../domain/distributions/support.ts';
import { runProgram } from './support.ts';

/** Starts it, and gives the one line in which it refuses. */
const refusal = async (env: Readonly<Record<string, string>>): Promise<string> => {
  using directory = createDirectory();
  const { code, stdout, stderr } = await runProgram('scripts/start.ts', {
    env: { DATA_DIR: directory.file('data'), LISTEN_ADDRESS: '127.0.0.1:0', ...env },
  });
  expect({ code, stdout }, stderr).to.deep.equal({ code: 1, stdout: '' });
  return stderr;
};

describe('npm start', () => {
  it('names a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expect(await refusal({ LISTEN_ADDRESS: `127.0.0.1:${port}` })).to.match(
      new RegExp(`^port ${port} is taken: .*LISTEN_ADDRESS=localhost:PORT\n$`),
    );
    taken.close();
  });

  it('names the variable of an address of another machine', async () => {
    expect(await refusal({ LISTEN_ADDRESS: '192.0.2.1:8086' })).to.equal(
      'LISTEN_ADDRESS: cannot listen on 192.0.2.1:8086 (EADDRNOTAVAIL)\n',
    );
  });

  it('names the variable of a directory of distributions that is missing', async () => {
    using directory = createDirectory();
    const missing = directory.file('distributions');
    expect(await refusal({ DISTRIBUTIONS_DIR: missing })).to.match(new RegExp(`^DISTRIBUTIONS_DIR: .*${missing}`));
  });

  it('names the variable of a directory for data that cannot be written to', async () => {
    using directory = createDirectory({ file: '' });
    expect(await refusal({ DATA_DIR: directory.file('file/data') })).to.match(
      /^DATA_DIR: \S+ cannot be written to \(ENOTDIR\)\n$/,
    );
  });

  it('names the variable of a file of policies that cannot be used', async () => {
    using directory = createDirectory({ 'quota.json': [] });
    expect(await refusal({ QUOTA_FILE: directory.file('quota.json') })).to.equal(
      `QUOTA_FILE: ${directory.file('quota.json')}: must be an object from organization id to quota and slidingWindow\n`,
    );
  });
});
