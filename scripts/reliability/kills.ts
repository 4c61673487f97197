// Kills processes of the service at named steps and at random moments; other processes reconcile the composes.
import { setTimeout as wait } from 'node:timers/promises';
import { tally } from '../load/statistics.ts';
import { createComposerDesk, type ComposerDesk } from './composer.ts';
import { prepareLocks } from './locks.ts';
import { createChecks, type Checks, type Outcome } from './outcome.ts';
import type { LogLine, Replica } from './replica.ts';
import { setStage, type Stage, type StageOptions } from './stage.ts';
import { STEPS, type Ending } from './steps.ts';
import { ghostsOf, orphansOf, takeStock, untilReconciled, type Stock } from './stock.ts';
import { startTraffic, type Order } from './traffic.ts';

export interface KillOptions {
  /** Whether the tenant of composer belongs to the service alone. */
  readonly exclusive: boolean;
  /** Kills at each named step, and at random moments. */
  readonly perStep: number;
  readonly random: number;
  /** Concurrent clients during kills at random moments. */
  readonly clients: number;
}

const ORGANIZATION = 'kills';

/** Milliseconds within which every compose has to be reconciled. */
const SETTLING = 150_000;

/** Longest life of a process in milliseconds before a random kill. */
const LIFE = 1_500;

/** Longest delay of composer in milliseconds, each way, so that requests are always in flight. */
const LATENCY = 40;

/** The processes of the service, and their log lines. */
interface Fleet {
  readonly running: () => readonly Replica[];
  readonly logged: () => readonly LogLine[];
  /** Kills a process, and replaces it. */
  readonly replace: (replica: Replica, kill: () => Promise<void>) => Promise<void>;
}

const startFleet = async (stage: Stage, size: number): Promise<Fleet> => {
  const all = await Promise.all(Array.from({ length: size }, () => stage.start()));
  let running: readonly Replica[] = all;
  return {
    running: () => running,
    logged: () => all.flatMap(({ complaints }) => complaints),
    replace: async (replica, kill) => {
      running = running.filter((one) => one !== replica);
      await kill();
      const next = await stage.start();
      all.push(next);
      running = [...running, next];
    },
  };
};

/** A compose that reached a step. */
interface Casualty {
  readonly marker: string;
  readonly step: string;
  readonly ending: Ending;
}

const killAtSteps = async (stage: Stage, fleet: Fleet, perStep: number): Promise<readonly Casualty[]> => {
  const sql = await stage.connect();
  const casualties: Casualty[] = [];
  for (let round = 0; round < perStep; round += 1) {
    for (const { name, ending, run } of STEPS) {
      const victim = fleet.running()[0] as Replica;
      const marker = `step-${casualties.length}`;
      await fleet.replace(victim, () =>
        run({
          ...{ stage, sql, marker },
          send: (request) => victim.client.send({ ...request, organization: ORGANIZATION }),
          kill: victim.kill,
        }),
      );
      casualties.push({ marker, step: name, ending });
    }
  }
  return casualties;
};

const killAtRandom = async (
  stage: Stage,
  fleet: Fleet,
  { random, clients }: KillOptions,
): Promise<readonly Order[]> => {
  if (random === 0) return [];
  const late = (): Promise<void> => wait(Math.random() * LATENCY);
  stage.gate.rules = {
    build: async () => {
      await late();
      return 'pass';
    },
    response: late,
  };
  const traffic = startTraffic({ clients, organization: ORGANIZATION, prefix: 'random' }, fleet.running);
  for (let kills = 0; kills < random; kills += 1) {
    await wait(Math.random() * LIFE);
    const victim = fleet.running()[kills % 2] as Replica;
    await fleet.replace(victim, victim.kill);
  }
  const orders = await traffic.end();
  stage.gate.rules = {};
  return orders;
};

const howMany = (markers: Iterable<string>): ReadonlyMap<string, number> => tally([...markers]);

/** Checks for shared and exclusive tenants. */
const checkAll = (
  { holds }: Checks,
  stock: Stock,
  stage: Stage,
  orders: readonly Order[],
  foreign: ReadonlySet<string>,
): void => {
  const ghosts = ghostsOf(stock);
  holds(ghosts.length === 0, `${ghosts.length} rows have no build at composer: ${ghosts.slice(0, 3).join(' ')}`);
  for (const { marker, id } of orders) {
    if (id !== null)
      holds(stock.stored.get(id) === marker, `${marker}: its client received ${id}, which is not stored`);
  }
  for (const [marker, times] of howMany(stock.stored.values())) holds(times === 1, `${marker}: stored ${times} times`);
  const atComposer = [...stage.gate.accepted].filter(([id]) => stock.atComposer.has(id) && !foreign.has(id));
  for (const [marker, times] of howMany(atComposer.map(([, one]) => one)))
    holds(times === 1, `${marker}: built ${times} times`);
  const nameless = stock.reservations.filter(({ state, marker }) => state === 'unknown' && marker === null);
  holds(nameless.length === 0, `${nameless.length} outcomes are unknown, though never sent to composer`);
  const open = stock.reservations.filter(({ state }) => state !== 'unknown');
  holds(open.length === 0, `${open.length} reservations are left as ${open[0]?.state}`);
  holds(stock.toBeDeleted.length === 0, `${stock.toBeDeleted.length} builds are still to be deleted at composer`);
};

const checkExclusive = ({ holds }: Checks, stock: Stock, casualties: readonly Casualty[]): void => {
  const orphans = orphansOf(stock);
  holds(orphans.length === 0, `${orphans.length} builds at composer have no row`);
  holds(stock.reservations.length === 0, `${stock.reservations.length} reservations are left`);
  const stored = new Set(stock.stored.values());
  for (const { marker, step, ending } of casualties) {
    const wanted = ending.startsWith('stored');
    // A compose that arrives after the release of its reservation is deleted at composer, which is correct.
    if (step !== 'recorded as sent, at composer later')
      holds(stored.has(marker) === wanted, `${step}: ${marker} is ${wanted ? 'not ' : ''}stored`);
  }
};

const checkShared = (
  { holds }: Checks,
  stock: Stock,
  stage: Stage,
  casualties: readonly Casualty[],
  foreign: ReadonlySet<string>,
  lines: readonly LogLine[],
): void => {
  const unknown = new Map(
    stock.reservations.filter(({ state }) => state === 'unknown').map(({ id, marker }) => [marker ?? '', id]),
  );
  for (const id of orphansOf(stock)) {
    const marker = stage.gate.accepted.get(id) ?? '';
    holds(foreign.has(id) || unknown.has(marker), `${marker}: at composer, and not recorded`);
  }
  for (const id of foreign) {
    holds(stock.atComposer.has(id), `${id} belongs to another service, and was deleted`);
    holds(!stock.stored.has(id), `${id} belongs to another service, and was adopted`);
  }
  const logged = new Set(lines.map(({ reservation }) => reservation));
  for (const [marker, id] of unknown) holds(logged.has(id), `${marker}: unknown, and not logged`);
  const stored = new Set(stock.stored.values());
  const deleted = new Set([...stage.gate.deleted].map((id) => stage.gate.accepted.get(id)));
  for (const { marker, step, ending } of casualties) {
    holds(unknown.has(marker) === ending.includes('unknown'), `${step}: ${marker} is not what it should be: ${ending}`);
    holds(stored.has(marker) === (ending === 'stored'), `${step}: ${marker} is not what it should be: ${ending}`);
    holds(deleted.has(marker) === (ending === 'deleted'), `${step}: ${marker} is not what it should be: ${ending}`);
  }
  const wanted = casualties.filter(({ ending }) => ending === 'deleted').length;
  holds(deleted.size === wanted, `${deleted.size} builds were deleted at composer, ${wanted} were abandoned`);
};

/** Creates foreign composes at composer: some similar to own composes, and one that is identical to one. */
const plantForeign = async (desk: ComposerDesk, casualties: number): Promise<ReadonlySet<string>> =>
  new Set(await Promise.all(['foreign-1', 'foreign-2', `step-${casualties}`].map((marker) => desk.plant(marker))));

const unknownOutcomesOf = (replicas: readonly Replica[]): Promise<readonly number[]> =>
  Promise.all(replicas.map((replica) => replica.metric('imagebuilder_builds_outcome_unknown')));

/** Tests the reconciliation of composes after their process was killed. */
export async function runKills(
  database: StageOptions['database'],
  options: KillOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const { exclusive, perStep } = options;
  const stage = await setStage(stack, { database, env: { COMPOSER_TENANT_EXCLUSIVE: String(exclusive) } });
  await prepareLocks(stage.sql);
  const desk = createComposerDesk(stage.composer);
  const foreign = exclusive ? new Set<string>() : await plantForeign(desk, 1);
  const fleet = await startFleet(stage, 2);
  const checks = createChecks();

  const casualties = await killAtSteps(stage, fleet, perStep);
  report(`${casualties.length} processes were killed at ${STEPS.length} steps`);
  const orders = await killAtRandom(stage, fleet, options);
  report(`${options.random} processes were killed at random moments, during ${orders.length} orders of builds`);

  const begun = performance.now();
  const isOpen = ({ state }: { readonly state: string }): boolean => exclusive || state !== 'unknown';
  const stock = await untilReconciled(
    () => takeStock(stage.sql, desk),
    (now) =>
      !now.reservations.some(isOpen) &&
      now.toBeDeleted.length === 0 &&
      (!exclusive || (orphansOf(now).length === 0 && ghostsOf(now).length === 0)),
    SETTLING,
  );
  const seconds = (performance.now() - begun) / 1000;
  checkAll(checks, stock, stage, orders, foreign);
  if (exclusive) checkExclusive(checks, stock, casualties);
  else checkShared(checks, stock, stage, casualties, foreign, fleet.logged());

  const unknown = stock.reservations.filter(({ state }) => state === 'unknown').length;
  const gaugeShows = async (): Promise<boolean> =>
    (await unknownOutcomesOf(fleet.running())).every((count) => count === unknown);
  while (!(await gaugeShows()) && performance.now() - begun < SETTLING) await wait(1_000);
  checks.holds(await gaugeShows(), `the metric of unknown outcomes is not ${unknown} in every process`);
  for (const replica of fleet.running()) {
    checks.holds(replica.isRunning(), 'a process ended by itself');
    await replica.stop();
  }
  const received = orders.filter(({ id }) => id !== null).length;
  return {
    figures: {
      tenant: exclusive ? 'exclusive' : 'shared',
      ...{ 'kills at named steps': casualties.length, 'kills at random moments': options.random },
      ...{ 'builds ordered': casualties.length + orders.length, 'clients that received an id': received },
      ...{ 'builds stored': stock.stored.size, 'builds at composer': stock.atComposer.size },
      orphans: exclusive ? orphansOf(stock).length : orphansOf(stock).filter((id) => !foreign.has(id)).length,
      ...{
        ghosts: ghostsOf(stock).length,
        'outcomes unknown': unknown,
        'reservations left': stock.reservations.length,
      },
      ...(exclusive ? {} : { 'foreign composes, unchanged': foreign.size }),
      'reconciled after': `${seconds.toFixed(1)} s`,
    },
    violations: checks.violations,
  };
}
