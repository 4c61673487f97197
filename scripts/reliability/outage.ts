// Composer is killed, and stays down while a load runs.
import { setTimeout as wait } from 'node:timers/promises';
import { SLOW } from '../../packages/sandbox/src/builds.ts';
import { startComposerProcess } from './composer-process.ts';
import { createComposerDesk } from './composer.ts';
import { buildOf } from './builds.ts';
import { createdId, statusOf } from './http.ts';
import { describeStatuses, startLoad, type Kind, type Sample } from './load.ts';
import { createChecks, type Checks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage, type Stage, type StageOptions } from './stage.ts';
import { ghostsOf, orphansOf, takeStock, untilReconciled } from './stock.ts';

export interface OutageOptions {
  /** How long composer is down. */
  readonly seconds: number;
  /** Composes that complete before that. */
  readonly finished: number;
  readonly replicas: number;
}

const ORGANIZATION = 'outage';

/** Failed calls that open the circuit breaker, and seconds until it is half open. */
const BREAKER = { failures: 5, seconds: 2 };

const SETTLING = 60_000;

const get = (path: string) => ({ method: 'GET', path, organization: ORGANIZATION }) as const;

/** Creates composes, and waits until the background has stored their results, without any request of a client. */
const finishBuilds = async (stage: Stage, { client }: Replica, count: number): Promise<readonly string[]> => {
  for (let index = 0; index < count; index += 1) {
    const reply = await client.send({
      ...{ method: 'POST', path: '/compose', organization: ORGANIZATION, body: buildOf(`finished-${index}`) },
    });
    if (createdId(reply) === null) throw new Error(`the response to a compose was ${statusOf(reply)}`);
  }
  for (;;) {
    const { rows } = await stage.sql.query<{ id: string }>(
      'SELECT job_id::text AS id FROM compose_statuses WHERE finished_at IS NOT NULL AND metadata IS NOT NULL',
    );
    if (rows.length === count) return rows.map(({ id }) => id);
    await wait(250);
  }
};

const kindsOf = (finished: readonly string[], running: string): readonly Kind[] => {
  const one = (number: number): string => finished[number % finished.length] as string;
  return [
    { name: 'finished', pause: 5, request: (number) => get(`/composes/${one(number)}`) },
    { name: 'finished', pause: 5, request: (number) => get(`/composes/${one(number)}/metadata`) },
    { name: 'lists', pause: 20, request: () => get('/composes?limit=10') },
    { name: 'lists', pause: 20, request: () => get('/blueprints?limit=10') },
    { name: 'lists', pause: 20, request: () => get('/distributions') },
    { name: 'running', pause: 20, request: () => get(`/composes/${running}`) },
    {
      ...{ name: 'builds', pause: 20 },
      request: (number) => ({
        ...{ method: 'POST', path: '/compose', organization: ORGANIZATION, body: buildOf(`outage-${number}`) },
      }),
    },
  ];
};

const isHonest = ({ status, reply }: Sample): boolean =>
  status === 503 && !('failure' in reply) && Number(reply.headers['retry-after']) >= 1;

const NEEDS_COMPOSER: ReadonlySet<string> = new Set(['running', 'builds']);

/** Checks the responses of a process while composer was down. Returns the number of calls that failed at composer. */
const checkOutage = ({ holds }: Checks, samples: readonly Sample[], seconds: number): number => {
  const others = samples.filter(({ kind }) => !NEEDS_COMPOSER.has(kind));
  const failed = others.filter(({ status }) => status !== 200);
  holds(failed.length === 0, `responses of operations that need no composer: ${describeStatuses(failed)}`);
  const needing = samples.filter(({ kind }) => NEEDS_COMPOSER.has(kind));
  holds(needing.some(isHonest), 'no response reported that composer is unavailable');
  const found = needing.filter((sample) => !isHonest(sample));
  const wrong = found.filter(({ status }) => status !== 500);
  holds(wrong.length === 0, `responses of operations that need composer: ${describeStatuses(wrong)}`);
  const opened = needing.find(isHonest)?.at ?? Infinity;
  const probes = Math.ceil(seconds / BREAKER.seconds) + 1;
  const before = found.filter(({ at }) => at < opened).length;
  // Calls in flight when composer died, and calls that opened the breaker; then one for each probe.
  holds(before <= BREAKER.failures + 2, `${before} failed before the circuit breaker opened`);
  holds(found.length - before <= probes, `${found.length - before} failed afterwards, with ${probes} probes`);
  return found.length;
};

/** Tests the service while composer is down, and its recovery. */
export async function runOutage(
  database: StageOptions['database'],
  options: OutageOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const { seconds } = options;
  const composer = stack.use(await startComposerProcess());
  const stage = await setStage(stack, {
    ...{ database, composer: composer.url },
    env: { COMPOSER_TENANT_EXCLUSIVE: 'true', UPSTREAM_BREAKER_SECONDS: String(BREAKER.seconds) },
  });
  const replicas = await Promise.all(Array.from({ length: options.replicas }, () => stage.start()));
  const checks = createChecks();
  const { holds } = checks;

  const [first] = replicas as [Replica];
  const finished = await finishBuilds(stage, first, options.finished);
  const running = createdId(
    await first.client.send({
      ...{ method: 'POST', path: '/compose', organization: ORGANIZATION, body: buildOf('running', [SLOW]) },
    }),
  );
  report(`${finished.length} composes are successful and stored`);

  await composer.kill();
  const down = startLoad(replicas, kindsOf(finished, running ?? ''));
  await wait(seconds * 1000);
  const samples = await down.end();
  const found = replicas.map((replica) =>
    checkOutage(
      checks,
      samples.filter((sample) => sample.replica === replica),
      seconds,
    ),
  );
  const ofKind = (kind: string): Sample[] => samples.filter((sample) => sample.kind === kind);
  const refusals = samples.filter(isHonest).map(({ duration }) => duration);
  report(`composer was down for ${seconds} s: ${describeStatuses(samples)}`);

  await composer.start();
  const back = performance.now();
  const recovered = async ({ client }: Replica): Promise<void> => {
    const send = () =>
      client.send({ method: 'POST', path: '/compose', organization: ORGANIZATION, body: buildOf('recovered') });
    while (statusOf(await send()) !== 201 && performance.now() - back < SETTLING) await wait(100);
  };
  await Promise.all(replicas.map(recovered));
  const recovery = (performance.now() - back) / 1000;
  holds(recovery < 2 * BREAKER.seconds + 1, `composer was found to be back after ${recovery.toFixed(1)} s`);
  const again = startLoad(replicas, kindsOf(finished, running ?? ''));
  await wait(Math.min(seconds, 3) * 1000);
  const after = await again.end();
  const failed = after.filter(({ status }) => typeof status !== 'number' || status >= 300);
  holds(failed.length === 0, `after composer was back ${describeStatuses(failed)}`);

  const desk = createComposerDesk(composer.url);
  const stock = await untilReconciled(
    () => takeStock(stage.sql, desk),
    (now) => now.reservations.length === 0 && orphansOf(now).length === 0 && ghostsOf(now).length === 0,
    SETTLING,
  );
  holds(orphansOf(stock).length === 0, `${orphansOf(stock).length} builds at composer have no row`);
  holds(ghostsOf(stock).length === 0, `${ghostsOf(stock).length} rows have no build at composer`);
  holds(stock.reservations.length === 0, `${stock.reservations.length} reservations are left`);
  for (const replica of replicas) {
    holds(replica.isRunning(), 'a process ended');
    await replica.stop();
  }
  return {
    figures: {
      ...{ 'composer down': `${seconds} s`, processes: replicas.length },
      'reads of finished builds': describeStatuses(ofKind('finished')),
      'lists and distributions': describeStatuses(ofKind('lists')),
      'reads of a running build': describeStatuses(ofKind('running')),
      'requests for a build': describeStatuses(ofKind('builds')),
      '500: calls that failed at composer': found.reduce((sum, one) => sum + one, 0),
      'slowest 503': `${Math.max(0, ...refusals).toFixed(0)} ms`,
      ...{ 'builds again after': `${recovery.toFixed(1)} s`, 'responses afterwards': describeStatuses(after) },
      ...{ orphans: orphansOf(stock).length, ghosts: ghostsOf(stock).length },
    },
    violations: checks.violations,
  };
}
