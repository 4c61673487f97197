// One organization floods the service while another one works: the other one must not notice.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ATTACKER, attacksOn } from './attacks.ts';
import { buildOf } from './builds.ts';
import { createdId, statusOf, type ApiRequest } from './http.ts';
import { startComposerProcess } from './composer-process.ts';
import { startEndlessLogs } from './endless-logs.ts';
import { startFlood } from './flood.ts';
import { limitMemory } from './memory-limit.ts';
import { createChecks, type Checks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage, type StageOptions } from './stage.ts';

export interface NeighbourOptions {
  /** Length of an attack. */
  readonly seconds: number;
  /** Names of attacks; absent for all. */
  readonly only?: readonly string[];
}

const WORKER = 'worker';

/** Requests a second of the organization that works. */
const RATE = 5;

/** Seconds before the first measurement: the first requests compile code and open connections. */
const WARM_UP = 10;

/** How many times slower the other organization may become, and latency in milliseconds that is accepted in any case. */
const MOST_TIMES = 3;
const ACCEPTED_LATENCY = 100;

/** Webhooks need a key. */
const SECRET_KEY = Buffer.alloc(32, 'neighbours').toString('base64');

const MEBIBYTE = 1024 ** 2;

/** What a container has, what the process may use of it, and the limit of its heap. */
const CONTAINER = 512 * MEBIBYTE;
const MOST_RESIDENT = 400 * MEBIBYTE;
const HEAP_LIMIT = '--max-old-space-size=256';

/** The options and variables of the image. */
const IMAGE_OPTIONS = ['--max-semi-space-size=16'];
const IMAGE_ENV = { MALLOC_ARENA_MAX: '1' };

/** Resident memory of a process in bytes; 0 after its end. */
const residentMemory = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
};

/** Creates a small compose, and returns its id. */
const createCompose = async ({ client }: Replica, organization: string): Promise<string> => {
  const id = createdId(await client.send({ method: 'POST', path: '/compose', organization, body: buildOf('first') }));
  if (id === null) throw new Error('the first compose was refused');
  return id;
};

/** Milliseconds that the main thread of a process was ready and waited for a processor; 0 where the system does not know. */
const waitedForProcessor = async (pid: number): Promise<number> => {
  const statistics = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '');
  return Number(statistics.split(' ')[1] ?? 0) / 1e6;
};

interface Work {
  /** Milliseconds, sorted. */
  readonly durations: readonly number[];
  /** Responses that are not successful. */
  readonly refusals: readonly (number | string)[];
  /** Part of the time in which the service waited for a processor: other work of the machine, not the attack, makes that long. */
  readonly waited: number;
}

/** Sends requests of the working organization at its rate, whether or not earlier ones have responses. */
const work = async ({ client, pid }: Replica, seconds: number, compose: string): Promise<Work> => {
  const [begin, waitedBefore] = [performance.now(), await waitedForProcessor(pid)];
  const requests: readonly Omit<ApiRequest, 'organization'>[] = [
    { method: 'GET', path: '/composes?limit=10' },
    { method: 'GET', path: `/composes/${compose}` },
    { method: 'GET', path: '/blueprints?limit=10' },
    { method: 'POST', path: '/compose', body: buildOf('work') },
    { method: 'GET', path: '/distributions' },
  ];
  const results: Promise<{ readonly duration: number; readonly status: number | string }>[] = [];
  for (let number = 0; number < seconds * RATE; number += 1) {
    const started = performance.now();
    const request = { ...(requests[number % requests.length] as (typeof requests)[0]), organization: WORKER };
    results.push(
      client.send(request).then((reply) => ({ duration: performance.now() - started, status: statusOf(reply) })),
    );
    await wait(1_000 / RATE);
  }
  const ended = await Promise.all(results);
  const isRefused = (status: number | string): boolean => typeof status === 'string' || status >= 400;
  return {
    durations: ended.map(({ duration }) => duration).sort((a, b) => a - b),
    refusals: ended.map(({ status }) => status).filter(isRefused),
    waited: ((await waitedForProcessor(pid)) - waitedBefore) / (performance.now() - begin),
  };
};

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** A server that accepts connections and does not respond. */
const startSilentReceiver = async (): Promise<Server> => {
  const server = createServer((socket) => void socket.on('error', () => {}).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** Measures the memory of a process until it is disposed of. */
const watchMemory = (pid: number): Disposable & { readonly peak: () => number } => {
  let peak = 0;
  const timer = setInterval(() => {
    void residentMemory(pid).then((resident) => (peak = Math.max(peak, resident)));
  }, 50);
  return { peak: () => peak, [Symbol.dispose]: () => clearInterval(timer) };
};

const describe = ({ durations, refusals, waited }: Work): string =>
  `${durations.length} requests, p50 ${percentile(durations, 0.5).toFixed(0)} ms, ` +
  `p99 ${percentile(durations, 0.99).toFixed(0)} ms, ${refusals.length} refused, ` +
  `${(100 * waited).toFixed(0)} % of the time without a processor`;

const check = ({ holds }: Checks, attack: string, quiet: Work, attacked: Work, peak: number): void => {
  const [before, during] = [quiet, attacked].map(({ durations }) => percentile(durations, 0.99)) as [number, number];
  const most = Math.max(MOST_TIMES * before, ACCEPTED_LATENCY);
  holds(
    during <= most,
    `${attack}: p99 of the other organization was ${during.toFixed(0)} ms, ${before.toFixed(0)} before`,
  );
  const { refusals } = attacked;
  holds(
    refusals.length === 0,
    `${attack}: ${refusals.length} requests of the other organization failed: ${refusals[0]}`,
  );
  const mebibytes = (peak / MEBIBYTE).toFixed(0);
  holds(peak <= MOST_RESIDENT, `${attack}: the process used ${mebibytes} MiB`);
};

/** Tests that one organization cannot slow down, shut out or crash another one. */
export async function runNeighbours(
  database: StageOptions['database'],
  { seconds, only }: NeighbourOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const receiver = await startSilentReceiver();
  stack.defer(() => void receiver.close());
  const limit = await limitMemory(CONTAINER);
  if (limit) stack.use(limit);
  else report('SKIPPED: the limit of a container, because this machine permits no control group');
  // A process of its own, as it is in production: it takes long for large bodies as well.
  const composer = stack.use(await startComposerProcess(false));
  const proxy = stack.use(await startEndlessLogs(composer.url));
  const stage = await setStage(stack, {
    database,
    composer: proxy.url,
    env: {
      ...IMAGE_ENV,
      UPSTREAM_TIMEOUT_SECONDS: '30',
      COMPOSE_LOGS: 'true',
      WEBHOOK_ALLOWED_RANGES: '127.0.0.1/32',
      WEBHOOK_SECRET_KEY: SECRET_KEY,
    },
  });
  const replica = await stage.start([HEAP_LIMIT, ...IMAGE_OPTIONS], limit?.directory);
  using memory = watchMemory(replica.pid);
  const checks = createChecks();
  const figures: Record<string, string> = {};

  const compose = await createCompose(replica, WORKER);
  await work(replica, WARM_UP, compose);
  const quiet = await work(replica, 2 * seconds, compose);
  figures['without an attack'] = describe(quiet);
  report(`without an attack: ${figures['without an attack']}`);

  const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const surroundings = { receiver: receiverUrl, compose: await createCompose(replica, ATTACKER) };
  const attacks = attacksOn(surroundings).filter(({ name }) => only?.includes(name) ?? true);
  for (const attack of attacks) {
    const flood = await startFlood({ origin: replica.origin, attack: attack.name, ...surroundings });
    const attacked = await work(replica, seconds, compose);
    const statuses = await flood.end();
    check(checks, attack.name, quiet, attacked, memory.peak());
    figures[attack.name] =
      `${describe(attacked)}; peak ${(memory.peak() / MEBIBYTE).toFixed(0)} MiB; attacker: ${statuses || 'nothing'}`;
    report(`${attack.name}: ${figures[attack.name]}`);
    checks.holds(replica.isRunning(), `${attack.name}: the process ended`);
    if (!replica.isRunning()) break;
  }
  await replica.stop();
  return { figures, violations: checks.violations };
}
