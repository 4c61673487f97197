// PostgreSQL is stopped and started again under load: in order, and as if it had crashed.
import { setTimeout as wait } from 'node:timers/promises';
import type { StopMode } from '../support/embedded-postgres.ts';
import { buildOf } from './builds.ts';
import { createComposerDesk } from './composer.ts';
import type { OwnDatabase } from './database.ts';
import { createdId, statusOf } from './http.ts';
import { describeStatuses, startLoad, type Kind } from './load.ts';
import { createFindings, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage } from './stage.ts';
import { ghostsOf, orphansOf, takeStock, untilSettled } from './stock.ts';
import { startTraffic } from './traffic.ts';

export interface RestartOptions {
  /** How the server is stopped, one time after the other. */
  readonly modes: readonly StopMode[];
  /** How long it is away each time, and how long it runs before and after. */
  readonly secondsAway: number;
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

/** How long it takes a process to answer a read and a request for a build. */
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

/** Tries whether the service recovers by itself, and loses nothing. */
export async function runRestart(
  { database, server }: OwnDatabase,
  options: RestartOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const stage = await setStage(stack, { database, env: { COMPOSER_TENANT_EXCLUSIVE: 'true' } });
  const replicas = await Promise.all([stage.start(), stage.start()]);
  const { holds, violations } = createFindings();
  const { clients, secondsAway, secondsBetween, modes } = options;
  const traffic = startTraffic({ clients, organization: ORGANIZATION, prefix: 'order' }, () => replicas);
  const load = startLoad(replicas, KINDS);
  const recoveries: number[] = [];
  /** Times between which the server was away or the processes had not noticed that it is back. */
  const away: [from: number, to: number][] = [];

  for (const mode of modes) {
    await wait(secondsBetween * 1000);
    const from = load.now();
    await server.restart(mode, () => wait(secondsAway * 1000));
    const took = await Promise.all(replicas.map(recoveryOf));
    away.push([from, load.now()]);
    recoveries.push(...took);
    for (const seconds of took) holds(seconds < RECOVERY, `a process worked again after ${seconds.toFixed(1)} s`);
    report(`stopped (${mode}) and started: works again after ${took.map((one) => one.toFixed(1)).join(' and ')} s`);
  }
  await wait(secondsBetween * 1000);
  const samples = await load.end();
  const orders = await traffic.end();

  const isAway = (at: number): boolean => away.some(([from, to]) => at >= from - 100 && at <= to);
  const failed = samples.filter(({ at, status }) => status !== 200 && !isAway(at));
  holds(failed.length === 0, `while PostgreSQL was there reads were answered ${describeStatuses(failed)}`);
  const memory = samples.filter(({ kind, status }) => kind === 'reads of memory' && status !== 200);
  holds(memory.length === 0, `what needs no database was answered ${describeStatuses(memory)}`);

  // The connection that looked before ended with the server.
  const sql = await stage.connect();
  const desk = createComposerDesk(stage.composer);
  const stock = await untilSettled(
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
      holds(stock.stored.get(id) === marker, `${marker}: its client was told of ${id}, which is not stored`);
  const times = Map.groupBy(stock.stored.values(), (marker) => marker);
  for (const [marker, of] of times) holds(of.length === 1, `${marker}: stored ${of.length} times`);
  const told = orders.filter(({ id }) => id !== null).length;

  // Background work continues as well: it records the end of every build, although no client waits for it.
  const begun = performance.now();
  const unfinished = async (): Promise<number> => {
    const { rows } = await sql.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM compose_statuses WHERE finished_at IS NULL OR metadata IS NULL',
    );
    return rows[0]?.total ?? -1;
  };
  while ((await unfinished()) > 0 && performance.now() - begun < FOLLOWING) await wait(250);
  holds((await unfinished()) === 0, `the end of ${await unfinished()} builds is not kept`);
  for (const replica of replicas) {
    holds(replica.isRunning(), 'a process ended');
    await replica.stop();
  }
  return {
    figures: {
      ...{ 'PostgreSQL stopped': modes.join(', '), 'away each time': `${secondsAway} s` },
      'works again after': `${Math.max(...recoveries).toFixed(1)} s at most`,
      ...Object.fromEntries(
        KINDS.map(({ name }) => [name, describeStatuses(samples.filter(({ kind }) => kind === name))]),
      ),
      ...{ 'builds ordered': orders.length, 'clients told of their build': told },
      ...{ 'builds stored': stock.stored.size, 'builds at composer': stock.atComposer.size },
      ...{ orphans: orphansOf(stock).length, ghosts: ghostsOf(stock).length },
    },
    violations,
  };
}
