// A real process, attacked by one organization while another one works.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Gate } from '../../../scripts/reliability/gate.ts';
import { setStage } from '../../../scripts/reliability/stage.ts';
import { createClients, type Client, type Reply } from '../../support/client.ts';
import { createTestDatabase } from '../../support/database.ts';
import { composeRequest } from '../../support/given.ts';
import { identityHeader } from '../../support/identity.ts';
import { API_PATH } from '../../support/service.ts';

const MB = 1_000_000;

/** Largest memory of the process, in bytes; half of it is what a process needs that does nothing. */
const MOST_MEMORY = 400 * MB;

const peakMemory = (pid: number): number =>
  1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

interface Attacked extends AsyncDisposable {
  readonly pid: number;
  /** Between the service and composer. */
  readonly gate: Gate;
  readonly attacker: Client;
  readonly other: Client;
  readonly isRunning: () => boolean;
}

/** The machine may be busy: then nothing is refused for being slow, and composer has time. */
const PATIENT = { MAX_EVENT_LOOP_DELAY_MS: '0', PGCONNECT_TIMEOUT_MS: '30000', UPSTREAM_TIMEOUT_SECONDS: '60' };

/** The service with its defaults otherwise. */
const startAttacked = async (env: Readonly<Record<string, string>> = {}): Promise<Attacked> => {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const stage = await setStage(stack, { database: database.config, env: { ...PATIENT, ...env } });
  const { pid, origin, isRunning } = await stage.start();
  const clients = stack.use(createClients(Number(new URL(origin).port)));
  const as = (orgId: string) => clients.create(API_PATH, { 'x-rh-identity': identityHeader({ orgId }) });
  const owned = stack.move();
  return {
    ...{ pid, gate: stage.gate, isRunning, attacker: as('attacker'), other: as('other') },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

const customized = { ...composeRequest, distribution: 'centos-9' };

const withFile = (size: number): string =>
  JSON.stringify({ ...customized, customizations: { files: [{ path: '/etc/file', data: 'x'.repeat(size) }] } });

const times = (count: number, send: () => Promise<Reply>): Promise<Reply[]> =>
  Promise.all(Array.from({ length: count }, send));

interface Attack {
  readonly count: number;
  readonly body: () => Buffer;
  readonly encoding?: string;
  /** Statuses of its responses. */
  readonly statuses?: readonly number[];
}

/** Default of `REQUESTS_PER_ORGANIZATION`. */
const PLACES = 200;

const TOO_LARGE = [413, 429, 503];

const attacks: Readonly<Record<string, Attack>> = {
  '20 bodies of 32 kB that gzip inflates to 31 MB': {
    ...{ count: 20, body: () => gzipSync(withFile(31 * MB), { level: 9 }), encoding: 'gzip' },
  },
  '60 bodies of 30 bytes that brotli inflates to 31 MB': {
    ...{ count: 60, encoding: 'br' },
    body: () => brotliCompressSync(Buffer.alloc(31 * MB, ' '), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }),
  },
  '6 bodies of 24.7 MB': { count: 6, body: () => Buffer.from(withFile(24.7 * MB)) },
  '40 bodies of 2 MB, which is allowed': {
    ...{ count: 40, body: () => Buffer.from(withFile(2 * MB)), statuses: [201, 429, 503] },
  },
};

describe('a process that one organization attacks', () => {
  for (const [what, { count, body, encoding, statuses = TOO_LARGE }] of Object.entries(attacks)) {
    it(`keeps its memory and serves others: ${what}`, async function () {
      this.timeout(180_000);
      await using service = await startAttacked();
      const bytes = body();
      const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
      const attack = times(count, () => service.attacker.post('/compose', bytes, { headers }));
      for (let i = 0; i < 10; i += 1) {
        expect((await service.other.get('/composes')).status).to.equal(200);
        expect((await service.other.post('/compose', customized)).status).to.equal(201);
      }
      for (const { status, text } of await attack) {
        expect(status, text).to.be.oneOf([...statuses]);
      }
      expect(service.isRunning()).to.equal(true);
      expect(peakMemory(service.pid)).to.be.lessThan(MOST_MEMORY);
    });
  }

  it('refuses the excess of a flood, and no request of others', async function () {
    this.timeout(180_000);
    // One organization can use half of the calls to composer: here as many as it can have requests.
    await using service = await startAttacked({ COMPOSER_CONCURRENCY: String(2 * PLACES) });
    const taken = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<'pass'>();
    let builds = 0;
    service.gate.rules = {
      build: () => {
        builds += 1;
        if (builds === PLACES) taken.resolve(undefined);
        return released.promise;
      },
    };
    const held = times(PLACES, () => service.attacker.post('/compose', customized));
    await taken.promise;

    const statuses = new Map<number, number>();
    const refused = Promise.withResolvers<undefined>();
    const served = Promise.withResolvers<undefined>();
    const paths = ['/composes?limit=100', '/composes?image_type=guest-image', '/blueprints?search=a', '/audit'];
    const flood = new AbortController();
    const attack = Array.from({ length: 250 }, async (_, at) => {
      for (let i = at; !flood.signal.aborted; i += 1) {
        const { status } = await service.attacker.get(paths[i % paths.length] ?? '');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        (status === 200 ? served : refused).resolve(undefined);
      }
    });
    const useAsOther = async (): Promise<void> => {
      for (let i = 0; i < 16; i += 1) {
        const reply = await service.other.get(i % 2 === 0 ? '/composes' : '/blueprints?search=b');
        expect(reply.status, reply.text).to.equal(200);
      }
    };
    await Promise.race([refused.promise, served.promise]);
    await useAsOther();
    // Requests that hold all places leave none to the flood.
    expect([...statuses.keys()]).to.deep.equal([429]);

    released.resolve('pass');
    for (const { status, text } of await held) expect(status, text).to.equal(201);
    // Now it has places again.
    await served.promise;
    await useAsOther();
    flood.abort();
    await Promise.all(attack);
    expect([...statuses.keys()].sort()).to.deep.equal([200, 429]);
    expect(peakMemory(service.pid)).to.be.lessThan(MOST_MEMORY);
  });
});
