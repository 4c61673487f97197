// npm run bench [-- options]: how fast the service is, beside a bare node:http server. See docs/performance.md.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { createAutocannon } from './bench/autocannon.ts';
import { explain } from './bench/explain.ts';
import { LoadError, type LoadGenerator } from './bench/load.ts';
import { measureRounds, summarise, isFailure, type RowResult, type Subject } from './bench/measure.ts';
import { readOptions, type BenchOptions } from './bench/options.ts';
import type { RunningServer } from './bench/processes.ts';
import { summariseProfile } from './bench/profile.ts';
import { profileWhile } from './bench/profiler.ts';
import { parseReport, type BenchReport } from './bench/report.ts';
import { getRequest, largeRowRequest, rowRequest, type LargeTenant } from './bench/requests.ts';
import { setStage, type Stage } from './bench/stage.ts';
import { ratioText } from './bench/format.ts';
import { comparisonTable, explainedTable, largeTable, processTable, profileTable, rowsTable } from './bench/tables.ts';
import { LARGE_ROWS, ROWS } from './bench/targets.ts';
import { asLarge, createLargeTenant, createTenant } from './bench/tenants.ts';
import { memoryOf } from './bench/usage.ts';
import { untilAborted } from './bench/until-aborted.ts';
import { createWrk, hasWrk } from './bench/wrk.ts';
import { freePort } from './support/embedded-postgres.ts';

const CONNECTIONS = 32;
/** Of the rows of large tenants, which are about the database. */
const LARGE_CONNECTIONS = 8;
/** How often the service is started to see how long that takes. */
const STARTS = 5;
/** Most versions of a blueprint of a large tenant. */
const VERSIONS = 50;

/** Load average from which on other work on the machine shows in the figures. */
const BUSY = 0.5;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const show = async (markdown: string): Promise<void> =>
  void process.stdout.write(`${await format(markdown, { parser: 'markdown' })}\n`);

/** What a part of a run works with. */
interface Bench {
  readonly options: BenchOptions;
  readonly stage: Stage;
  readonly load: LoadGenerator;
  readonly signal: AbortSignal;
}

/** The service that is loaded, and where its inspector listens, if it does. */
interface Loaded {
  readonly service: RunningServer;
  readonly inspector: number | null;
}

const startLoaded = async ({ options, stage }: Bench): Promise<Loaded> => {
  if (options.profile === null) return { service: await stage.startService(), inspector: null };
  const inspector = await freePort();
  return { service: await stage.startService([`--inspect=127.0.0.1:${inspector}`]), inspector };
};

const chosen = <Definition extends { readonly name: string }>(
  { options }: Bench,
  rows: readonly Definition[],
): readonly Definition[] => rows.filter(({ name }) => options.only?.includes(name) ?? true);

/** Measures a row; one that cannot be measured does not end the run. */
const measureRow = async (
  { load, options, stage, signal }: Bench,
  name: string,
  reference: Subject,
  subject: Subject,
  connections: number,
): Promise<RowResult> => {
  try {
    const result = summarise(
      name,
      await measureRounds(load, stage.settled, reference, subject, { ...options, connections }, signal),
    );
    say(`${name}: ${result.ratios.map(ratioText).join(' ')}`);
    return result;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    say(`${name}: ${error.message}`);
    return { name, error: error.message };
  }
};

/** One more load, under the profiler. */
const profileRow = async (
  { load, options, signal }: Bench,
  name: string,
  { origin, request }: Subject,
  inspector: number,
  connections: number,
): Promise<void> => {
  if (options.profile === null) return;
  const profile = await profileWhile(inspector, () =>
    load(origin, request, { connections, seconds: options.seconds }, signal),
  );
  await mkdir(options.profile, { recursive: true });
  await writeFile(join(options.profile, `${name}.cpuprofile`), JSON.stringify(profile));
  await show(`Where the time of ${name} goes:\n\n${profileTable(summariseProfile(profile))}`);
};

/** How long a start takes, one after the other. */
const measureStarts = async ({ stage }: Bench): Promise<readonly number[]> => {
  const starts: number[] = [];
  while (starts.length < STARTS) {
    const service = await stage.startService();
    starts.push(service.firstAnswer);
    await service.stop();
  }
  return starts;
};

type Figures = Pick<BenchReport, 'rows' | 'starts' | 'memory' | 'large'>;

/** The ordinary rows, beside the bare server. */
const measureOrdinary = async (bench: Bench): Promise<Figures> => {
  const { stage, signal } = bench;
  const starts = await measureStarts(bench);
  const { service, inspector } = await startLoaded(bench);
  const { databasePid } = stage;
  const before = memoryOf(service.pid);
  const bare = await stage.startBare();
  const tenant = await createTenant(service.origin, 'bench', signal);
  const reference = { ...bare, request: { method: 'GET', path: '/', headers: {}, body: null } } as const;
  const rows: RowResult[] = [];
  for (const { name } of chosen(bench, ROWS)) {
    const subject = { ...service, databasePid, request: rowRequest(name, tenant) };
    const result = await measureRow(bench, name, reference, subject, CONNECTIONS);
    rows.push(result);
    if (inspector !== null && !isFailure(result)) await profileRow(bench, name, subject, inspector, CONNECTIONS);
  }
  const after = memoryOf(service.pid);
  return { rows, starts, memory: before && after ? { before, after } : null, large: null };
};

/** What PostgreSQL does for pages of tenants of every kind. */
const explainPages = async (
  { stage, signal }: Bench,
  small: LargeTenant,
  large: LargeTenant,
  versions: { readonly one: LargeTenant; readonly many: LargeTenant },
): Promise<void> => {
  const blueprints = '/blueprints?limit=20';
  const ofLarge = LARGE_ROWS.map(({ name, request }) => [`${request}, large`, largeRowRequest(name, large)] as const);
  const explained = await explain(
    stage,
    [
      [`GET ${blueprints}, small`, getRequest(small.organization, blueprints)],
      [`GET ${blueprints}, large`, getRequest(large.organization, blueprints)],
      [`GET ${blueprints}, 1 version each`, getRequest(versions.one.organization, blueprints)],
      [`GET ${blueprints}, ${VERSIONS} versions each`, getRequest(versions.many.organization, blueprints)],
      ...ofLarge,
    ],
    signal,
  );
  await show(`EXPLAIN (ANALYZE, BUFFERS) of one request each:\n\n${explainedTable(explained)}`);
};

/** The rows of an organization with very much, beside a small one's. */
const measureLarge = async (bench: Bench, size: NonNullable<BenchOptions['large']>): Promise<Figures> => {
  const { stage, signal } = bench;
  const { service, inspector } = await startLoaded(bench);
  const { databasePid } = stage;
  const before = memoryOf(service.pid);
  const small = asLarge(await createTenant(service.origin, 'bench-small', signal));
  say(`making ${size.composes} builds and ${size.blueprints} blueprints of 1 to ${VERSIONS} versions`);
  const make = (organization: string, given: Parameters<typeof createLargeTenant>[3]) =>
    createLargeTenant(service.origin, stage.sql, organization, given, signal);
  const large = await make('bench-large', { ...size, versions: VERSIONS, spread: true });
  const versions = {
    one: await make('bench-one', { composes: 1, blueprints: 1_000, versions: 1, spread: false }),
    many: await make('bench-many', { composes: 1, blueprints: 1_000, versions: VERSIONS, spread: false }),
  };
  for (const statement of ['VACUUM ANALYZE', 'CHECKPOINT']) await untilAborted(stage.sql.query(statement), signal);
  const rows: RowResult[] = [];
  for (const { name } of chosen(bench, LARGE_ROWS)) {
    const reference = { ...service, databasePid, request: largeRowRequest(name, small) };
    const subject = { ...service, databasePid, request: largeRowRequest(name, large) };
    const result = await measureRow(bench, name, reference, subject, LARGE_CONNECTIONS);
    rows.push(result);
    if (inspector !== null && !isFailure(result)) await profileRow(bench, name, subject, inspector, LARGE_CONNECTIONS);
  }
  const after = memoryOf(service.pid);
  await explainPages(bench, small, large, versions);
  return {
    ...{ rows: [], starts: [service.firstAnswer], memory: before && after ? { before, after } : null },
    large: { ...size, rows },
  };
};

const chooseGenerator = (directory: string): readonly [name: string, load: LoadGenerator] => {
  if (hasWrk()) return ['wrk', createWrk(directory)];
  say(
    'wrk is not installed: autocannon takes its place, and takes more of the processor. Ratios come out nearer to 1.',
  );
  return ['autocannon', createAutocannon()];
};

const run = async (options: BenchOptions, stack: AsyncDisposableStack, signal: AbortSignal): Promise<BenchReport> => {
  const [minute = 0] = loadavg();
  if (minute > BUSY) say(`the machine is busy (load average ${minute.toFixed(1)}): figures will be rough`);
  const stage = await setStage(options, stack, signal);
  const [generator, load] = chooseGenerator(stage.directory);
  const bench = { options, stage, load, signal };
  const figures = options.large ? await measureLarge(bench, options.large) : await measureOrdinary(bench);
  const { rounds, seconds, env } = options;
  return {
    takenAt: new Date().toISOString(),
    machine: { node: process.version, processor: cpus()[0]?.model ?? '', cores: cpus().length, load: minute },
    method: { generator, connections: options.large ? LARGE_CONNECTIONS : CONNECTIONS, rounds, seconds, env },
    distributions: options.distributions === null ? 'built-in' : 'given',
    ...figures,
  };
};

const headline = ({ takenAt, machine, method, distributions }: BenchReport): string => {
  const { generator, connections, rounds, seconds, env } = method;
  const variables = Object.entries(env).map(([name, value]) => `, ${name}=${value}`);
  return (
    `${takenAt.slice(0, 10)}, node ${machine.node}, ${machine.cores} cores (${machine.processor}), ${generator} with ` +
    `${connections} connections, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} s, ${distributions} distributions${variables.join('')}. ` +
    `Load average before: ${machine.load.toFixed(1)}.\n`
  );
};

const showReport = async (report: BenchReport, earlier: BenchReport | null): Promise<void> => {
  const parts = report.large
    ? [largeTable(report.large)]
    : [rowsTable(report, report.method.generator), processTable(report)];
  const rowsOf = ({ rows, large }: BenchReport): readonly RowResult[] => large?.rows ?? rows;
  if (earlier) parts.push(`Since ${earlier.takenAt}:\n`, comparisonTable(rowsOf(earlier), rowsOf(report)));
  await show([headline(report), ...parts].join('\n'));
};

/** Exit code of a program that Ctrl-C ended. */
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
  if ([...report.rows, ...(report.large?.rows ?? [])].some(isFailure)) process.exitCode = 1;
};

const stopping = new AbortController();
// Asked again it goes on stopping: what would be left behind are servers.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

try {
  await main(stopping.signal);
} catch (error) {
  console.error(stopping.signal.aborted ? 'interrupted' : (error as Error).message);
  process.exitCode = stopping.signal.aborted ? INTERRUPTED : 1;
}
