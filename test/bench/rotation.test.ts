import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createAutocannon } from '../../scripts/bench/autocannon.ts';
import { COUNTER, type BenchRequest, type LoadGenerator, type LoadSettings } from '../../scripts/bench/load.ts';
import { writePrepared } from '../../scripts/bench/prepared.ts';
import { hasWrk, loadWithWrk } from '../../scripts/bench/wrk.ts';

/** What a server received: path and body of every request. */
interface Received {
  readonly path: string;
  readonly body: string;
}

const REQUESTS = Array.from({ length: 30 }, (_, index): BenchRequest => ({
  ...{ method: 'POST', path: `/${index}`, headers: { 'x-rh-identity': 'e30=' }, body: `name ${COUNTER}` },
}));

/** Loads a server of this process with prepared requests, and returns what it received. */
const received = async (load: LoadGenerator, once: LoadSettings['once']): Promise<readonly Received[]> => {
  const all: Received[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => void (body += chunk.toString()));
    req.once('end', () => {
      all.push({ path: req.url ?? '', body });
      res.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const directory = await mkdtemp(join(tmpdir(), 'rotation-'));
  try {
    const file = join(directory, 'requests');
    await writePrepared(file, REQUESTS);
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { connections: 1, seconds: 2, file, counter: 7_000, once };
    const { requests } = await load(origin, settings, new AbortController().signal);
    expect(requests).to.be.above(0);
    return all;
  } finally {
    await rm(directory, { recursive: true });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

const generators: readonly (readonly [string, LoadGenerator])[] = [
  ...(hasWrk() ? [['wrk', loadWithWrk] as const] : []),
  ['autocannon', createAutocannon()],
];

for (const [name, load] of generators) {
  describe(`the load of ${name}`, () => {
    it('sends the prepared requests one after the other, again and again, each with another number', async () => {
      const all = await received(load, null);
      // The second round shows that it starts again; a slow machine may not get there.
      const paths = all.map(({ path }) => path);
      expect(paths).to.deep.equal(
        paths.map((_, index) => `/${(index + Number(paths[0]?.slice(1))) % REQUESTS.length}`),
      );
      const numbers = all.map(({ body }) => Number(/^name (\d{12})$/.exec(body)?.[1]));
      expect(new Set(numbers).size).to.equal(all.length);
      expect(Math.min(...numbers)).to.be.above(7_000);
    });

    it('sends each of a part of the requests once', async () => {
      const paths = (await received(load, { from: 10, to: 20 })).map(({ path }) => path);
      const expected = Array.from({ length: 10 }, (_, index) => `/${index + 10}`);
      // wrk repeats the last request while it stops.
      expect(paths.filter((path, index) => paths.indexOf(path) === index)).to.deep.equal(expected);
      expect(paths.slice(0, expected.length)).to.deep.equal(expected);
    });
  });
}
