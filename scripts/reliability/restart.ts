// Restarts PostgreSQL under load: with an orderly stop, and as after a crash.
import { setTimeout as wait } from 'node:timers/promises';
import type { StopMode } from '../support/embedded-postgres.ts';
import { buildOf } from './builds.ts';
import { createComposerDesk } from './composer.ts';
import type { OwnDatabase } from './database.ts';
import { createdId, statusOf } from './http.ts';
import { describeStatuses, startLoad, type Kind } from './load.ts';
import { createChecks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage } from './stage.ts';
import { ghostsOf, orphansOf, takeStock, untilReconciled } from './stock.ts';
import { startTraffic } from './traffic.ts';

export interface RestartOptions {
  /** Modes of the stops, in order. */
  readonly modes: readonly StopMode[];
  /** Seconds of each downtime, and seconds before and after it. */
  readonly secondsDown: number;
  readonly secondsBetween: number;
  readonly clients: number;
}

const ORGANIZATION = 'restart';
/** Milliseconds within which the background has polled composer for every build: the first poll is after a minute. */
const FOLLOWING = 150_000;

const SETTLING = 90_000;

/** Seconds within which a process has to work again. */
const RECOVERY = 10;

const get = (path: string) => ({ method: 'GET', path, organization: ORGANIZATION }) as const;

const KINDS: readonly Kind[] = [
  { name: 'reads of the database', pause: 10, request: () => get('/composes?limit=10') },
  { name: 'reads of memory', pause: 10, request: () => get('/distributions') },
];

/** Measures the time until a process responds to a read and to a request for a compose. */
const recoveryOf = async ({ client }: Replica): Promise<number> => {
  const begun = performance.now();
  const works = async (): Promise<boolean> => {
    if (statusOf(await client.send(KINDS[0]?.request(0) ?? get('/composes'))) !== 200) return false;
    const body = buildOf(`after-${Math.random()}`);
    return (
      createdId(await client.send({ method: 'POST', path: '/compose', organization: ORGANIZATION, body })) !== null
    );
  };
  while (!(await works()) && performance.now() - begun < SETTLING) await wait(50);
  return (performance.now() - begun) / 1000;
};

/** Tests that the service recovers by itself, and loses nothing. */
export async function runRestart(
  { database, server }: OwnDatabase,
  options: RestartOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const stage = await setStage(stack, { database, env: { COMPOSER_TENANT_EXCLUSIVE: 'true' } });
  const replicas = await Promise.all([stage.start(), stage.start()]);
  const { holds, violations } = createChecks();
  const { clients, secondsDown, secondsBetween, modes } = options;
  const traffic = startTraffic({ clients, organization: ORGANIZATION, prefix: 'order' }, () => replicas);
  const load = startLoad(replicas, KINDS);
  const recoveries: number[] = [];
  /** Intervals in which the server was down, or the processes had not reconnected. */
  const down: [from: number, to: number][] = [];

  for (const mode of modes) {
    await wait(secondsBetween * 1000);
    const from = load.now();
    await server.restart(mode, () => wait(secondsDown * 1000));
    const took = await Promise.all(replicas.map(recoveryOf));
    down.push([from, load.now()]);
    recoveries.push(...took);
    for (const seconds of took) holds(seconds < RECOVERY, `a process worked again after ${seconds.toFixed(1)} s`);
    report(`stopped (${mode}) and started: works again after ${took.map((one) => one.toFixed(1)).join(' and ')} s`);
  }
  await wait(secondsBetween * 1000);
  const samples = await load.end();
  const orders = await traffic.end();

  const isDown = (at: number): boolean => down.some(([from, to]) => at >= from - 100 && at <= to);
  const failed = samples.filter(({ at, status }) => status !== 200 && !isDown(at));
  holds(failed.length === 0, `responses to reads while PostgreSQL was up: ${describeStatuses(failed)}`);
  const memory = samples.filter(({ kind, status }) => kind === 'reads of memory' && status !== 200);
  holds(memory.length === 0, `responses of operations that need no database: ${describeStatuses(memory)}`);

  // The previous connection ended with the server.
  const sql = await stage.connect();
  const desk = createComposerDesk(stage.composer);
  const stock = await untilReconciled(
    () => takeStock(sql, desk),
    (now) =>
      now.reservations.length === 0 &&
      now.toBeDeleted.length === 0 &&
      orphansOf(now).length === 0 &&
      ghostsOf(now).length === 0,
    SETTLING,
  );
  holds(orphansOf(stock).length === 0, `${orphansOf(stock).length} builds at composer have no row`);
  holds(ghostsOf(stock).length === 0, `${ghostsOf(stock).length} rows have no build at composer`);
  holds(stock.reservations.length === 0, `${stock.reservations.length} reservations are left`);
  for (const { marker, id } of orders)
    if (id !== null)
      holds(stock.stored.get(id) === marker, `${marker}: its client received ${id}, which is not stored`);
  const times = Map.groupBy(stock.stored.values(), (marker) => marker);
  for (const [marker, of] of times) holds(of.length === 1, `${marker}: stored ${of.length} times`);
  const received = orders.filter(({ id }) => id !== null).length;

  // Background work continues as well: it records the end of every build, although no client waits for it.
  const begun = performance.now();
  const unfinished = async (): Promise<number> => {
    const { rows } = await sql.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM compose_statuses WHERE finished_at IS NULL OR metadata IS NULL',
    );
    return rows[0]?.total ?? -1;
  };
  while ((await unfinished()) > 0 && performance.now() - begun < FOLLOWING) await wait(250);
  holds((await unfinished()) === 0, `the result of ${await unfinished()} composes is not stored`);
  for (const replica of replicas) {
    holds(replica.isRunning(), 'a process ended');
    await replica.stop();
  }
  return {
    figures: {
      ...{ 'PostgreSQL stopped': modes.join(', '), 'down each time': `${secondsDown} s` },
      'works again after': `${Math.max(...recoveries).toFixed(1)} s at most`,
      ...Object.fromEntries(
        KINDS.map(({ name }) => [name, describeStatuses(samples.filter(({ kind }) => kind === name))]),
      ),
      ...{ 'builds ordered': orders.length, 'clients that received an id': received },
      ...{ 'builds stored': stock.stored.size, 'builds at composer': stock.atComposer.size },
      ...{ orphans: orphansOf(stock).length, ghosts: ghostsOf(stock).length },
    },
    violations,
  };
}
