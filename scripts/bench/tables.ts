// The figures of a run as markdown.
import type { Explained } from './explain.ts';
import {
  bytesText,
  changeText,
  countText,
  megabytesText,
  microsecondsText,
  millisecondsText,
  percentText,
  rateText,
  ratioText,
  table,
  type Column,
} from './format.ts';
import { isFailed, ratioBetween, type Figures, type Measured, type Outcome } from './measure.ts';
import type { ProfileSummary } from './profile.ts';
import type { BenchReport, RowResult } from './report.ts';
import { change, median } from './statistics.ts';
import { IDLE_TARGETS, LARGE_LATENCY, LARGE_ROWS, PROCESS_TARGETS, ROWS, type RowDefinition } from './targets.ts';

const right = (title: string): Column => ({ title, align: 'right' });

/**
 * Whether a row is where it should be, from its ratio divided by the original's. A row below 1.0 is behind.
 * @param target `undefined` for a row without one
 */
export function verdict(timesOriginal: number, target: number | undefined): string {
  if (target !== undefined && timesOriginal >= target) return 'met';
  if (target === undefined) return '-';
  return timesOriginal >= 1 ? 'not met, ahead' : 'not met, behind';
}

const optionalRatio = (ratio: number | null): string => (ratio === null ? '-' : ratioText(ratio));

const latencies = ({ p50, p99 }: Pick<Figures, 'p50' | 'p99'>): string =>
  `${millisecondsText(p50)} / ${millisecondsText(p99)}`;

const span = (values: readonly number[]): string =>
  `${ratioText(Math.min(...values))}–${ratioText(Math.max(...values))}`;

const definitionOf = (name: string): RowDefinition | undefined => ROWS.find((row) => row.name === name);

/** Cells of an outcome; a failure has its reason in the first one. */
const cells = (
  outcome: Outcome,
  figures: (measured: Measured) => readonly string[],
  count: number,
): readonly string[] =>
  isFailed(outcome) ? [`error: ${outcome.error}`, ...Array<string>(count - 1).fill('-')] : figures(outcome);

const identification = ({ name, connections, logLevel }: RowResult): readonly string[] => [
  (definitionOf(name)?.request ?? name) + (logLevel === 'INFO' ? '' : ` (${logLevel})`),
  String(connections),
];

/** The rows beside the original's figures. The original was measured with a fleet and at INFO, with wrk: no other row has a verdict. */
export function rowsTable(rows: readonly RowResult[], comparable: boolean): string {
  return table(
    [
      ...[{ title: 'request' }, right('c'), right('ratio'), right('rounds'), right('original')],
      ...[right('÷ original'), right('target'), { title: 'target is' }],
      ...[right('p50 / p99 ms'), right("original's"), right("bare server's")],
    ],
    rows.map((row) => {
      const given = comparable && row.logLevel === 'INFO' ? definitionOf(row.name) : undefined;
      const original = given?.original[row.connections];
      const target = original && given.targets[row.connections];
      const reference = isFailed(row.reference) ? '-' : latencies(row.reference.figures);
      const figures = ({ ratio, ratios, figures: found }: Measured): readonly string[] => [
        ...[ratioText(ratio), span(ratios), optionalRatio(original?.ratio ?? null)],
        original ? (ratio / original.ratio).toFixed(2) : '-',
        target === undefined ? '-' : target.toFixed(2),
        original ? verdict(ratio / original.ratio, target) : '-',
        ...[latencies(found), original?.latency ? original.latency.map(millisecondsText).join(' / ') : '-', reference],
      ];
      return [...identification(row), ...cells(row.ours, figures, 9)];
    }),
  );
}

/** What a request costs. */
export function costTable(rows: readonly RowResult[]): string {
  return table(
    [
      ...[{ title: 'request' }, right('c'), right('requests/s'), right('CPU µs'), right('database'), right('÷ bare')],
      ...[right("original's"), right('statements'), right('commits'), right('WAL bytes'), right('composer calls')],
    ],
    rows.map((row) => {
      const original = row.logLevel === 'INFO' ? definitionOf(row.name)?.original[row.connections] : undefined;
      const times = original?.processorTime ?? null;
      const bare = isFailed(row.reference) ? null : row.reference.figures.processorTime;
      const figures = ({ figures: found }: Measured): readonly string[] => {
        const { processorTime: service, databaseTime: database } = found;
        return [
          ...[rateText(found.requestsPerSecond), microsecondsText(service), microsecondsText(database)],
          bare && service !== null ? ((service + (database ?? 0)) / bare).toFixed(1) : '-',
          times === null ? '-' : times.filter((time) => time !== null).join(' + '),
          ...[countText(found.statements), countText(found.commits), bytesText(found.wal), countText(found.calls)],
        ];
      };
      return [...identification(row), ...cells(row.ours, figures, 9)];
    }),
  );
}

/** Our implementation beside the other one, from the same rounds. */
export function peerTable(rows: readonly RowResult[]): string {
  return table(
    [
      ...[{ title: 'request' }, right('c'), right('ours ÷ peer'), right('peer, ratio'), right('p50 / p99 ms, ours')],
      ...[right('peer'), right('CPU µs, ours'), right('peer'), right('database, ours'), right('peer')],
    ],
    rows.flatMap((row) => {
      const { ours, peer } = row;
      if (!peer) return [];
      const own = isFailed(ours) ? null : ours.figures;
      const figures = ({ ratio, figures: found }: Measured): readonly string[] => [
        ...[ratioText(ratio), own ? latencies(own) : '-', latencies(found)],
        ...[microsecondsText(own?.processorTime ?? null), microsecondsText(found.processorTime)],
        ...[microsecondsText(own?.databaseTime ?? null), microsecondsText(found.databaseTime)],
      ];
      const times = ratioBetween(ours, peer);
      return [[...identification(row), times === null ? '-' : times.toFixed(2), ...cells(peer, figures, 7)]];
    }),
  );
}

const met = (is: boolean): string => (is ? 'met' : 'not met');

/** Start, memory and idle cost of the process. */
export function processTable({ starts, memory, idle }: Pick<BenchReport, 'starts' | 'memory' | 'idle'>): string {
  const { start, before, after } = PROCESS_TARGETS;
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
  const middle = median(starts);
  const all = starts.map((value) => (value / 1000).toFixed(2)).join(', ');
  const startRow = [
    `start to first response, median of ${starts.length} (${all})`,
    ...[`< ${start.target} s`, start.original, seconds(middle), met(middle < start.target * 1000)],
  ];
  const memoryRows =
    memory === null
      ? []
      : [
          ['memory before the load', '-', before.original, megabytesText(memory.before.resident), '-'],
          [
            ...['memory after the load', `< ${megabytesText(after.target)}`, after.original],
            ...[megabytesText(memory.after.resident), met(memory.after.resident < after.target)],
          ],
          ['memory at its peak', '-', '-', megabytesText(memory.after.peak), '-'],
        ];
  const idleRows = idle.flatMap(({ name, statements, commits, service, database }) => [
    [
      ...[`idle, ${name}: statements per second`, `≤ ${IDLE_TARGETS.statements}`, '0', countText(statements)],
      statements === null ? '-' : met(statements <= IDLE_TARGETS.statements),
    ],
    [`idle, ${name}: transactions that write, per second`, '-', '0', countText(commits), '-'],
    [
      ...[`idle, ${name}: processor, service`, `≤ ${percentText(IDLE_TARGETS.processor)}`, '0%', percentText(service)],
      service === null ? '-' : met(service <= IDLE_TARGETS.processor),
    ],
    [`idle, ${name}: processor, database`, '-', '0%', percentText(database), '-'],
  ]);
  return table(
    [{ title: 'process' }, right('target'), right('original'), right('figure'), { title: 'target is' }],
    [startRow, ...memoryRows, ...idleRows],
  );
}

/** The rows of an organization with very much beside a small tenant's. */
export function largeTable({ rows }: { readonly rows: readonly RowResult[] }): string {
  return table(
    [
      ...[
        { title: 'request' },
        right('small tenant, requests/s'),
        right('p50 / p99 ms'),
        right('large tenant, requests/s'),
      ],
      ...[right('p50 / p99 ms'), right('times slower'), right('allowed'), { title: `≤ ${LARGE_LATENCY} ms` }],
      ...[right('database µs'), right('original, requests/s (p50)')],
    ],
    LARGE_ROWS.flatMap((row) => {
      const result = rows.find(({ name }) => name === row.name);
      if (!result) return [];
      const small = isFailed(result.reference) ? null : result.reference.figures;
      const figures = ({ ratio, figures: found }: Measured): readonly string[] => [
        ...[rateText(found.requestsPerSecond), latencies(found), (1 / ratio).toFixed(2), String(row.allowed)],
        ...[met(found.p99 <= LARGE_LATENCY), microsecondsText(found.databaseTime)],
      ];
      const first = small ? [rateText(small.requestsPerSecond), latencies(small)] : ['-', '-'];
      return [[row.request, ...first, ...cells(result.ours, figures, 6), row.original]];
    }),
  );
}

/** What PostgreSQL does for requests. */
export function explainedTable(explained: readonly Explained[]): string {
  return table(
    [{ title: 'request' }, right('statements'), right('ms'), right('pages'), { title: 'rows read, and how' }],
    explained.map(({ request, statements, plans }) => {
      // A plan without tables is that of a call whose inside has plans of its own.
      const reading = plans.filter(({ accesses }) => accesses.length > 0);
      const sum = (of: (plan: (typeof plans)[number]) => number): number =>
        reading.reduce((total, plan) => total + of(plan), 0);
      const accesses = reading.flatMap((plan) => plan.accesses).filter(({ rows }) => rows > 0);
      return [
        ...[request, String(statements.length), millisecondsText(sum(({ duration }) => duration))],
        sum(({ pages }) => pages).toLocaleString('en-US'),
        accesses.map(({ rows, way }) => `${rows.toLocaleString('en-US')} by ${way}`).join('; ') || '-',
      ];
    }),
  );
}

/** Number of lines of a profile that are worth reading. */
const COSTS = 14;

/** Where the time of a request goes. */
export function profileTable({ places, functions }: ProfileSummary): string {
  const cell = (costs: ProfileSummary['places'], index: number): readonly string[] => {
    const cost = costs[index];
    return cost ? [cost.what, `${(cost.part * 100).toFixed(1)}%`] : ['', ''];
  };
  const count = Math.min(COSTS, Math.max(places.length, functions.length));
  return table(
    [{ title: 'place' }, right('time'), { title: 'function' }, right('time')],
    Array.from({ length: count }, (_, index) => [...cell(places, index), ...cell(functions, index)]),
  );
}

/** What changed between two runs, row by row. Rows that only one of them has are left out. */
export function comparisonTable(before: readonly RowResult[], now: readonly RowResult[]): string {
  return table(
    [
      ...[{ title: 'request' }, right('c'), right('ratio before'), right('now'), right('change')],
      ...[right('CPU µs before'), right('now'), right('database before'), right('now')],
    ],
    now.flatMap((row) => {
      const earlier = before.find(
        ({ name, connections, logLevel }) =>
          name === row.name && connections === row.connections && logLevel === row.logLevel,
      );
      if (!earlier || isFailed(earlier.ours) || isFailed(row.ours)) return [];
      const [then, today] = [earlier.ours, row.ours];
      return [
        [
          ...[...identification(row), ratioText(then.ratio), ratioText(today.ratio)],
          changeText(change(then.ratio, today.ratio)),
          ...[microsecondsText(then.figures.processorTime), microsecondsText(today.figures.processorTime)],
          ...[microsecondsText(then.figures.databaseTime), microsecondsText(today.figures.databaseTime)],
        ],
      ];
    }),
  );
}
