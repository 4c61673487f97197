// npm run bench [-- options]: compares the service with a bare node:http server. See docs/performance.md.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { createAutocannon } from './bench/autocannon.ts';
import { say, show, type Bench } from './bench/context.ts';
import { createFleet } from './bench/fleet.ts';
import { type LoadGenerator } from './bench/load.ts';
import { isFailed } from './bench/measure.ts';
import { measureFleet } from './bench/measure-fleet.ts';
import { createLargeFleet, measureLarge } from './bench/measure-large.ts';
import { readOptions, type BenchOptions } from './bench/options.ts';
import { parseReport, type BenchReport } from './bench/report.ts';
import { seedGroup } from './bench/seed.ts';
import { setStage } from './bench/stage.ts';
import { comparisonTable, costTable, largeTable, peerTable, processTable, rowsTable } from './bench/tables.ts';
import { hasWrk, loadWithWrk } from './bench/wrk.ts';

/** Load average from which other processes distort the figures. */
const BUSY = 0.5;

const chooseGenerator = (): readonly [name: string, load: LoadGenerator] => {
  if (hasWrk()) return ['wrk', loadWithWrk];
  say('wrk is not installed. autocannon replaces it, which takes more of the processor: ratios come out too high.');
  return ['autocannon', createAutocannon()];
};

const NOTHING = { rows: [], oneTenant: [], idle: [], large: null } as const;

const run = async (options: BenchOptions, stack: AsyncDisposableStack, signal: AbortSignal): Promise<BenchReport> => {
  const [minute = 0] = loadavg();
  if (minute > BUSY) say(`the machine is busy (load average ${minute.toFixed(1)}): figures will be rough`);
  const [generator, load] = chooseGenerator();
  const fleet = createFleet(options.organizations);
  const largeFleet = options.large && createLargeFleet(options.large);
  say('seeding a database');
  const seed = async (sql: Parameters<typeof seedGroup>[0]): Promise<void> => {
    for (const group of Object.values(largeFleet ?? fleet)) await seedGroup(sql, group, signal);
  };
  const stage = await setStage(options, seed, stack, signal);
  say(`the database was adopted in ${(stage.adoption / 1_000).toFixed(1)} s`);
  const bench: Bench = { options, stage, load, signal };
  const figures = largeFleet ? await measureLarge(bench, largeFleet) : await measureFleet(bench, fleet);
  const { rounds, seconds, organizations, env, peer } = options;
  const { countsStatements, version: postgres, adoption } = stage;
  return {
    takenAt: new Date().toISOString(),
    machine: {
      ...{ node: process.version, processor: cpus()[0]?.model ?? '', cores: cpus().length, load: minute, postgres },
    },
    method: { generator, rounds, seconds, organizations, countsStatements, env, peer },
    distributions: options.distributions === null ? 'built-in' : 'given',
    ...{ ...NOTHING, adoption },
    ...figures,
  };
};

const headline = ({ takenAt, machine, method, distributions, adoption, large }: BenchReport): string => {
  const { generator, rounds, seconds, env, organizations, countsStatements } = method;
  const count = (value: number): string => value.toLocaleString('en-US');
  const size = large
    ? `one organization with ${count(large.composes)} composes and ${count(large.blueprints)} blueprints`
    : `${count(organizations)} organizations`;
  const variables = Object.entries(env).map(([name, value]) => `, ${name}=${value}`);
  return [
    `${takenAt.slice(0, 10)}, node ${machine.node}, PostgreSQL ${machine.postgres}, ${machine.cores} cores`,
    ` (${machine.processor}), ${generator}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} s, `,
    `${size}, ${distributions} distributions${variables.join('')}. `,
    `Load average before: ${machine.load.toFixed(1)}. The database was adopted in ${(adoption / 1_000).toFixed(1)} s.`,
    countsStatements
      ? ''
      : ' The server does not preload pg_stat_statements: transactions of pg_stat_database stand in for statements.',
    '\n',
  ].join('');
};

const rowsOf = ({ rows, large }: BenchReport): BenchReport['rows'] => large?.rows ?? rows;

const partsOf = (report: BenchReport): readonly string[] => {
  const { rows, oneTenant, large, method } = report;
  if (large) return [largeTable(large)];
  const peer = (of: BenchReport['rows']): readonly string[] =>
    method.peer === null ? [] : ['Beside the peer:\n', peerTable(of)];
  const one =
    oneTenant.length === 0 ? [] : ['One tenant, one request:\n', rowsTable(oneTenant, false), ...peer(oneTenant)];
  return [
    ...['Beside the original:\n', rowsTable(rows, method.generator === 'wrk')],
    ...['What a request costs:\n', costTable(rows), ...peer(rows), ...one],
    processTable(report),
  ];
};

const showReport = async (report: BenchReport, earlier: BenchReport | null): Promise<void> => {
  const since = earlier ? [`Since ${earlier.takenAt}:\n`, comparisonTable(rowsOf(earlier), rowsOf(report))] : [];
  await show([headline(report), ...partsOf(report), ...since].join('\n'));
};

/** Exit code after SIGINT. */
const INTERRUPTED = 130;

const main = async (interrupted: AbortSignal): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  const earlier = options.compare === null ? null : parseReport(await readFile(options.compare, 'utf8'));
  const stack = new AsyncDisposableStack();
  let report: BenchReport;
  try {
    report = await run(options, stack, interrupted);
  } finally {
    await stack.disposeAsync();
  }
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  await showReport(report, earlier);
  if ([...rowsOf(report), ...report.oneTenant].some(({ ours }) => isFailed(ours))) process.exitCode = 1;
};

const stopping = new AbortController();
// A second signal is ignored: ending at once would leave servers behind.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

try {
  await main(stopping.signal);
} catch (error) {
  console.error(stopping.signal.aborted ? 'interrupted' : (error as Error).message);
  process.exitCode = stopping.signal.aborted ? INTERRUPTED : 1;
}
