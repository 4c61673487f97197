import { chosen, say, type Bench } from './context.ts';
import { ratioText } from './format.ts';
import type { Fleet } from './fleet.ts';
import { measureIdle } from './idle.ts';
import { LoadError } from './load.ts';
import { isFailed, measureRounds, type Outcome, type Side } from './measure.ts';
import type { LogLevel } from './options.ts';
import type { RunningServer } from './processes.ts';
import { inspectorOf, profileRow } from './profiler.ts';
import type { BenchReport, RowResult } from './report.ts';
import { oneTenantRequests, rowRequests } from './requests.ts';
import { bareSide, inParts, prepare, sideOf, startImplementation, type Running } from './sides.ts';
import { ROWS, type RowDefinition, type RowName } from './targets.ts';
import { memoryOf } from './usage.ts';

const CONNECTIONS = [1, 4, 32];

/** How often the service is started to measure how long that takes. */
const STARTS = 5;

const measureStarts = async ({ stage }: Bench): Promise<readonly number[]> => {
  const starts: number[] = [];
  while (starts.length < STARTS) {
    const service = await stage.ours.start();
    starts.push(service.firstResponse);
    await service.stop();
  }
  return starts;
};

/** Everything that a row is measured with. */
interface Contestants {
  readonly bench: Bench;
  readonly bare: RunningServer;
  readonly bareFile: string;
  readonly running: readonly Running[];
  readonly logLevel: LogLevel;
}

const outcomeText = (outcome: Outcome | undefined): string => {
  if (!outcome) return '-';
  return isFailed(outcome) ? outcome.error : outcome.ratios.map(ratioText).join(' ');
};

/** Measures a row with one number of connections. A row without figures does not end the run. */
const measureRow = async (
  { bench, logLevel }: Contestants,
  name: string,
  connections: number,
  sides: readonly Side[],
): Promise<RowResult> => {
  const { load, options, signal } = bench;
  try {
    const outcomes = await measureRounds(load, sides, { ...options, connections }, signal);
    const [reference, ours, peer = null] = outcomes;
    if (!reference || !ours) throw new Error(`${name} has no sides`);
    say(`${name}, ${connections}, ${logLevel}: ${outcomes.slice(1).map(outcomeText).join(' | ')}`);
    return { name, connections, logLevel, reference, ours, peer };
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    const failed = { error: error.message };
    return { name, connections, logLevel, reference: failed, ours: failed, peer: null };
  }
};

const measureRowOfFleet = async (
  contestants: Contestants,
  { name, writes, primed, connections: usual }: RowDefinition,
  requests: Parameters<typeof prepare>[2],
): Promise<readonly RowResult[]> => {
  const { bench, bare, bareFile, running } = contestants;
  const { options, signal } = bench;
  const file = await prepare(bench, name, requests);
  const connections = options.connections ?? usual ?? CONNECTIONS;
  // Each number of connections has a warm-up, and there may be a load under the profiler.
  const loads = options.logLevels.length * connections.length * (options.rounds + 2);
  const next = () => (name === 'first-read' ? { next: inParts(requests.length, loads) } : {});
  const sides = running.map((one) =>
    sideOf(one, { file, requests: requests.length, primed, writes, follow: options.follow, ...next() }, signal),
  );
  const results: RowResult[] = [];
  for (const count of connections) {
    const all = [bareSide(bare, bareFile), ...sides];
    const result = await measureRow(contestants, name, count, all);
    results.push(result);
    if (sides[0] && !isFailed(result.ours)) await profileRow(bench, `${name}-${count}`, sides[0], count);
  }
  return results;
};

type Requests = (name: RowName, fleet: Fleet) => Parameters<typeof prepare>[2] | null;

/** Measures all rows, with one level of the log after the other. */
const measureRows = async (
  contestants: Omit<Contestants, 'logLevel'>,
  fleet: Fleet,
  requestsOf: Requests,
): Promise<readonly RowResult[]> => {
  const { bench, running } = contestants;
  const results: RowResult[] = [];
  for (const logLevel of bench.options.logLevels) {
    for (const one of running) await one.restart({ ...inspectorOf(bench), variables: { LOG_LEVEL: logLevel } });
    for (const row of chosen(bench, ROWS)) {
      const requests = requestsOf(row.name, fleet);
      if (requests) results.push(...(await measureRowOfFleet({ ...contestants, logLevel }, row, requests)));
    }
  }
  return results;
};

type Figures = Pick<BenchReport, 'rows' | 'oneTenant' | 'starts' | 'memory' | 'idle'>;

/** The rows of the fleet, and those of one tenant. */
export async function measureFleet(bench: Bench, fleet: Fleet): Promise<Figures> {
  const { options, stage } = bench;
  const starts = await measureStarts(bench);
  const implementations = [stage.ours, ...(stage.peer ? [stage.peer] : [])];
  const running: Running[] = [];
  for (const implementation of implementations) {
    running.push(await startImplementation(implementation, inspectorOf(bench)));
  }
  await stage.tidy();
  const memoryOfOurs = () => (running[0] ? memoryOf(running[0].server().pid) : null);
  const before = memoryOfOurs();
  const bare = await stage.startBare();
  const bareFile = await prepare(bench, 'bare', [{ method: 'GET', path: '/', headers: {}, body: null }]);
  const contestants = { bench, bare, bareFile, running };
  const rows = await measureRows(contestants, fleet, rowRequests);
  const after = memoryOfOurs();
  const idle = [];
  for (const one of running) idle.push(await measureIdle(bench, one));
  const oneTenant = options.oneTenant ? await measureRows(contestants, fleet, oneTenantRequests) : [];
  return { rows, oneTenant, starts, idle, memory: before && after ? { before, after } : null };
}
