import { chosen, say, show, type Bench } from './context.ts';
import { explain } from './explain.ts';
import type { Group } from './fleet.ts';
import { organizationOf } from './fleet.ts';
import { LoadError } from './load.ts';
import { isFailed, measureRounds, type Outcome } from './measure.ts';
import { inspectorOf, profileRow } from './profiler.ts';
import type { BenchReport, RowResult } from './report.ts';
import { getRequest, largeRowRequests } from './requests.ts';
import { prepare, sideOf, startImplementation, type Running } from './sides.ts';
import { explainedTable } from './tables.ts';
import { LARGE_ROWS, type LargeRowName } from './targets.ts';
import { memoryOf } from './usage.ts';

/** Of the rows of large tenants, which are about the database. */
const CONNECTIONS = 8;

/** Most versions of a blueprint: of the large tenant, and of the one whose blueprints have many. */
const VERSIONS = { large: 5, many: 50 } as const;

/** Tenants of one organization each. */
export interface LargeFleet {
  readonly large: Group;
  readonly small: Group;
  /** Blueprints with one version each, and with many. */
  readonly one: Group;
  readonly many: Group;
}

/** A large tenant beside small ones. */
export function createLargeFleet(size: { readonly composes: number; readonly blueprints: number }): LargeFleet {
  const group = (first: number, composes: number, blueprints: number, versions: number): Group => ({
    ...{ first, organizations: 1, composes, blueprints, versions },
  });
  return {
    large: group(40_000_000, size.composes, size.blueprints, VERSIONS.large),
    small: group(41_000_000, 200, 20, 1),
    one: group(42_000_000, 1, 1_000, 1),
    many: group(43_000_000, 1, 1_000, VERSIONS.many),
  };
}

/** What PostgreSQL does for pages of tenants of every kind. */
const explainPages = async ({ stage, signal }: Bench, { large, small, one, many }: LargeFleet) => {
  const page = (name: string, group: Group) =>
    [`GET /blueprints?limit=20, ${name}`, getRequest(organizationOf(group, 0), '/blueprints?limit=20')] as const;
  const pages = [
    ...[page('small', small), page('large', large)],
    ...[page('1 version each', one), page(`1 to ${VERSIONS.many} versions`, many)],
    ...LARGE_ROWS.flatMap(({ name, request }) =>
      largeRowRequests(name, large, true)
        .slice(0, 1)
        .map((one) => [`${request}, large`, one] as const),
    ),
  ];
  const explained = explainedTable(await explain(stage, pages, signal));
  await show(`EXPLAIN (ANALYZE, BUFFERS) of one request each:\n\n${explained}`);
};

const measureRow = async (
  bench: Bench,
  running: Running,
  fleet: LargeFleet,
  name: LargeRowName,
): Promise<RowResult> => {
  const { load, options, signal } = bench;
  const sides = [];
  for (const [kind, group] of [
    ['small', fleet.small],
    ['large', fleet.large],
  ] as const) {
    const requests = largeRowRequests(name, group, kind === 'large');
    const file = await prepare(bench, `${name}-${kind}`, requests);
    const { follow } = options;
    const writes = name === 'compose';
    sides.push(sideOf(running, { file, requests: requests.length, primed: false, writes, follow }, signal));
  }
  const shared = { name, connections: CONNECTIONS, logLevel: 'INFO', peer: null } as const;
  try {
    const settings = { ...options, connections: CONNECTIONS };
    const [reference, ours] = (await measureRounds(load, sides, settings, signal)) as [Outcome, Outcome];
    if (sides[1] && !isFailed(ours)) await profileRow(bench, `large-${name}`, sides[1], CONNECTIONS);
    return { ...shared, reference, ours };
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return { ...shared, reference: { error: error.message }, ours: { error: error.message } };
  }
};

type Figures = Pick<BenchReport, 'starts' | 'memory' | 'large'>;

/** The rows of an organization with very much, beside a small one's. */
export async function measureLarge(bench: Bench, fleet: LargeFleet): Promise<Figures> {
  const { stage } = bench;
  await stage.tidy();
  const running = await startImplementation(stage.ours, inspectorOf(bench));
  const memory = () => memoryOf(running.server().pid);
  const before = memory();
  const rows: RowResult[] = [];
  for (const { name } of chosen(bench, LARGE_ROWS)) {
    const result = await measureRow(bench, running, fleet, name);
    say(`${name}: ${isFailed(result.ours) ? result.ours.error : `${(1 / result.ours.ratio).toFixed(2)} times slower`}`);
    rows.push(result);
  }
  const after = memory();
  const { composes, blueprints } = fleet.large;
  const starts = [running.server().firstResponse];
  if (stage.postgres.log !== null) await explainPages(bench, fleet);
  return { starts, memory: before && after ? { before, after } : null, large: { composes, blueprints, rows } };
}
