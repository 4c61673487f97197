import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { BenchRequest } from '../../scripts/bench/load.ts';
import { httpText, parsePrepared, writePrepared } from '../../scripts/bench/prepared.ts';

const get: BenchRequest = { method: 'GET', path: '/a?b=c', headers: { 'x-a': 'b==: c' }, body: null };
const post: BenchRequest = { method: 'POST', path: '/d', headers: {}, body: '{"name":"ä"}' };

describe('a prepared request', () => {
  it('is HTTP/1.1, with the length of its body in bytes', () => {
    const lines = httpText(post, 0).split('\r\n');
    expect(lines[0]).to.equal('POST /d HTTP/1.1');
    expect(lines).to.include('Content-Length: 13');
    expect(lines.slice(-2)).to.deep.equal(['', '{"name":"ä"}']);
  });

  it('has no length without a body', () => {
    expect(httpText(get, 0)).not.to.match(/content-length/i);
    expect(httpText(get, 0).slice(-4)).to.equal('\r\n\r\n');
  });

  it('has a request id of its own', () => {
    const ids = [0, 1].map((index) => /^X-Rh-Insights-Request-Id: ([0-9a-f]{32})\r$/m.exec(httpText(get, index))?.[1]);
    expect(new Set(ids).size).to.equal(2);
    expect(ids).not.to.include(undefined);
  });
});

describe('a file of prepared requests', () => {
  it('is read as it was written', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'prepared-'));
    try {
      const file = join(directory, 'requests');
      await writePrepared(file, [get, post]);
      const read = parsePrepared(await readFile(file));
      expect(read.map(({ method, path, body }) => ({ method, path, body }))).to.deep.equal(
        [get, post].map(({ method, path, body }) => ({ method, path, body })),
      );
      expect(read[0]?.headers).to.include({ 'x-a': 'b==: c', Accept: 'application/json' });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
