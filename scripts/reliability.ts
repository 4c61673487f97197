// npm run reliability: tests the service with real processes, a real PostgreSQL and injected faults. The exit code is 1 for a
// violation.
import { parseArgs } from 'node:util';
import { runAdoption } from './reliability/adoption.ts';
import { startOwnDatabase } from './reliability/database.ts';
import { runDrill } from './reliability/drill.ts';
import { runEvents } from './reliability/events.ts';
import { runKills } from './reliability/kills.ts';
import { runNeighbours } from './reliability/neighbours.ts';
import { describeOutcome, type Outcome } from './reliability/outcome.ts';
import { runOutage } from './reliability/outage.ts';
import { runPager } from './reliability/pager.ts';
import { runRaces } from './reliability/races.ts';
import { runRecovery } from './reliability/recovery.ts';
import { runRestart } from './reliability/restart.ts';
import { STEPS } from './reliability/steps.ts';

const USAGE = `usage: npm run reliability -- [races] [kills] [outage] [restart] [events] [neighbours] [adoption] [drill]
         [recovery] [pager] [options]
  --rounds N    rounds of races (50)
  --kills N     kills in an exclusive tenant, and as many in a shared one (200)
  --seconds N   how long composer is down, and four times the length of an attack of neighbours (60)
  --streams N   concurrent event streams on two processes (1000)
  --alert NAME  the only alert that pager provokes, or a part of its name; may be repeated
  --composes N  composes in the adopted database of the original (1000000)`;

interface Options {
  readonly rounds: number;
  readonly kills: number;
  readonly seconds: number;
  readonly streams: number;
  readonly composes: number;
  readonly alerts: readonly string[];
}

type Report = (line: string) => void;

const onOwnDatabase = async (run: (own: Awaited<ReturnType<typeof startOwnDatabase>>) => Promise<Outcome>) => {
  await using own = await startOwnDatabase();
  return await run(own);
};

/** Half of the kills happen at the named steps, the other half at random moments. */
const killsIn = (exclusive: boolean, kills: number, report: Report): Promise<Outcome> => {
  const perStep = Math.max(1, Math.floor(kills / 2 / STEPS.length));
  const random = Math.max(0, kills - perStep * STEPS.length);
  return onOwnDatabase(({ database }) => runKills(database, { exclusive, perStep, random, clients: 8 }, report));
};

const TRIALS: Readonly<
  Record<string, readonly [title: string, (options: Options, report: Report) => Promise<Outcome>][]>
> = {
  races: [
    [
      'races: the quota is exact',
      ({ rounds }, report) =>
        onOwnDatabase(({ database }) => runRaces(database, { rounds, requests: 200, replicas: 2 }, report)),
    ],
  ],
  kills: [
    ['kills: a tenant of our own', ({ kills }, report) => killsIn(true, kills, report)],
    ['kills: a shared tenant of composer', ({ kills }, report) => killsIn(false, kills, report)],
  ],
  outage: [
    [
      'outage: composer is down',
      ({ seconds }, report) =>
        onOwnDatabase(({ database }) => runOutage(database, { seconds, finished: 20, replicas: 2 }, report)),
    ],
  ],
  restart: [
    [
      'restart: PostgreSQL is stopped and started',
      (_options, report) =>
        onOwnDatabase((own) =>
          runRestart(
            own,
            {
              ...{ modes: ['fast', 'immediate', 'fast', 'immediate'], clients: 10 },
              ...{ secondsDown: 5, secondsBetween: 5 },
            },
            report,
          ),
        ),
    ],
  ],
  events: [
    [
      'events: every client receives every event',
      ({ streams }, report) =>
        onOwnDatabase(({ database }) =>
          runEvents(
            database,
            { streams, ...{ replicas: 2, organizations: 10, builds: 20, returns: 1_000, cuts: 5 } },
            report,
          ),
        ),
    ],
  ],
  neighbours: [
    [
      'neighbours: one organization floods the service, another one works',
      ({ seconds }, report) =>
        onOwnDatabase(({ database }) => runNeighbours(database, { seconds: Math.ceil(seconds / 4) }, report)),
    ],
  ],
  pager: [
    [
      'pager: every cause has its alert within two minutes',
      ({ alerts }, report) => runPager({ only: alerts, atOnce: 4 }, report),
    ],
  ],
  adoption: [
    [
      'adoption: a large database of the original is migrated while the original uses it',
      ({ composes }, report) => runAdoption(composes, report),
    ],
  ],
  drill: [
    [
      'drill: adoption and rollback, step by step, while the original uses the database',
      ({ composes }, report) => runDrill(composes, report),
    ],
  ],
  recovery: [
    ['recovery: to a point in time', (_options, report) => runRecovery('restore point', report)],
    ['recovery: a standby is promoted', (_options, report) => runRecovery('standby', report)],
  ],
};

const readOptions = (): { readonly names: readonly string[]; readonly options: Options } => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '50' },
      kills: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '60' },
      streams: { type: 'string', default: '1000' },
      composes: { type: 'string', default: '1000000' },
      alert: { type: 'string', multiple: true, default: [] },
    },
  });
  const number = (name: Exclude<keyof Options, 'alerts'>): number => {
    if (!/^[1-9]\d{0,7}$/.test(values[name])) throw new Error(`--${name} must be a whole number above 0\n${USAGE}`);
    return Number(values[name]);
  };
  for (const name of positionals) if (!(name in TRIALS)) throw new Error(`${name}: there is no such trial\n${USAGE}`);
  return {
    names: positionals.length === 0 ? Object.keys(TRIALS) : positionals,
    options: {
      rounds: number('rounds'),
      kills: number('kills'),
      seconds: number('seconds'),
      streams: number('streams'),
      composes: number('composes'),
      alerts: values.alert,
    },
  };
};

try {
  const { names, options } = readOptions();
  const outcomes: string[] = [];
  let violated = false;
  for (const [title, run] of names.flatMap((name) => TRIALS[name] ?? [])) {
    console.log(`\n${title}`);
    const outcome = await run(options, (line) => console.log(`  ${line}`));
    outcomes.push(describeOutcome(title, outcome));
    violated ||= outcome.violations.length > 0;
  }
  console.log(outcomes.join('\n'));
  console.log(violated ? '\nNOT as it has to be' : '\nall is as it has to be');
  process.exitCode = violated ? 1 : 0;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
