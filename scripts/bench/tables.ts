// The figures of a run as markdown.
import type { Explained } from './explain.ts';
import {
  changeText,
  megabytesText,
  microsecondsText,
  millisecondsText,
  rateText,
  ratioText,
  table,
  type Column,
} from './format.ts';
import { isFailure, type Comparison, type RowResult } from './measure.ts';
import type { ProfileSummary } from './profile.ts';
import type { BenchReport } from './report.ts';
import { change, median } from './statistics.ts';
import { AHEAD, LARGE_ROWS, PROCESS_TARGETS, ROWS, type RowDefinition } from './targets.ts';

const right = (title: string): Column => ({ title, align: 'right' });

/** Whether a row is where it should be. */
export const verdict = (ratio: number, { target, original }: Pick<RowDefinition, 'target' | 'original'>): string => {
  if (target === null || original === null) return '-';
  if (ratio >= target) return 'met';
  return ratio >= original * AHEAD ? 'not met, ahead' : 'not met, behind';
};

const optionalRatio = (ratio: number | null): string => (ratio === null ? '-' : ratioText(ratio));

const latencies = ({ subject }: Comparison): string =>
  `${millisecondsText(subject.p50)} / ${millisecondsText(subject.p99)}`;

/** A row of the table from its result; a failure has its reason where the figures are. */
const cells = (
  result: RowResult,
  figures: (comparison: Comparison) => readonly string[],
  empty: number,
): readonly string[] =>
  isFailure(result) ? [`error: ${result.error}`, ...Array<string>(empty).fill('-')] : figures(result);

const span = (values: readonly number[]): string =>
  `${ratioText(Math.min(...values))}–${ratioText(Math.max(...values))}`;

/** The ordinary rows beside their targets, which are judged by wrk alone: others take more of the processor themselves. */
export const rowsTable = ({ rows }: Pick<BenchReport, 'rows'>, generator: string): string =>
  table(
    [
      ...[{ title: 'request' }, right('target'), right('original'), right('ratio'), right('rounds'), right('by CPU')],
      ...[{ title: 'target is' }, right('requests/s'), right('p50 / p99 ms'), right('CPU µs'), right('database')],
    ],
    ROWS.flatMap((row) => {
      const result = rows.find(({ name }) => name === row.name);
      if (!result) return [];
      const figures = (found: Comparison): readonly string[] => [
        ...[ratioText(found.ratio), span(found.ratios), optionalRatio(found.processorRatio)],
        generator === 'wrk' ? verdict(found.ratio, row) : '-',
        ...[rateText(found.subject.requestsPerSecond), latencies(found)],
        microsecondsText(found.subject.processorTime),
        microsecondsText(found.subject.databaseTime),
      ];
      return [[row.request, optionalRatio(row.target), optionalRatio(row.original), ...cells(result, figures, 7)]];
    }),
  );

/** Start and memory of the process. */
export const processTable = ({ starts, memory }: Pick<BenchReport, 'starts' | 'memory'>): string => {
  const { start, resident } = PROCESS_TARGETS;
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
  const middle = median(starts);
  const met = (is: boolean): string => (is ? 'met' : 'not met');
  return table(
    [{ title: 'process' }, right('target'), right('original'), right('figure'), { title: 'target is' }],
    [
      [
        `start to first answer, median of ${starts.length} (${starts.map((value) => (value / 1000).toFixed(2)).join(', ')})`,
        ...[`< ${start.target} s`, start.original, seconds(middle), met(middle < start.target * 1000)],
      ],
      ...(memory === null
        ? []
        : [
            ['memory before the load', '-', '58 MB', megabytesText(memory.before.resident), '-'],
            [
              ...['memory after the load', `< ${megabytesText(resident.target)}`, '-'],
              ...[megabytesText(memory.after.resident), met(memory.after.resident < resident.target)],
            ],
            ['memory at its peak', '-', '107 MB', megabytesText(memory.after.peak), '-'],
          ]),
    ],
  );
};

/** The rows of an organization with very much beside a small tenant's. */
export const largeTable = ({ rows }: { readonly rows: readonly RowResult[] }): string =>
  table(
    [
      ...[{ title: 'request' }, right('small tenant, requests/s'), right('large tenant, requests/s')],
      ...[right('p50 / p99 ms'), right('times slower'), right('allowed'), { title: 'target is' }],
      right('original, requests/s (p50 / p99)'),
    ],
    LARGE_ROWS.flatMap((row) => {
      const result = rows.find(({ name }) => name === row.name);
      if (!result) return [];
      const figures = (found: Comparison): readonly string[] => {
        const slower = 1 / found.ratio;
        return [
          ...[rateText(found.reference.requestsPerSecond), rateText(found.subject.requestsPerSecond)],
          ...[latencies(found), slower.toFixed(2), String(row.allowed), slower <= row.allowed ? 'met' : 'not met'],
        ];
      };
      return [[row.request, ...cells(result, figures, 5), row.original]];
    }),
  );

/** What PostgreSQL does for requests. */
export const explainedTable = (explained: readonly Explained[]): string =>
  table(
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

/** Number of lines of a profile that are worth reading. */
const COSTS = 14;

/** Where the time of a request goes. */
export const profileTable = ({ places, functions }: ProfileSummary): string => {
  const cell = (costs: ProfileSummary['places'], index: number): readonly string[] => {
    const cost = costs[index];
    return cost ? [cost.what, `${(cost.part * 100).toFixed(1)}%`] : ['', ''];
  };
  const count = Math.min(COSTS, Math.max(places.length, functions.length));
  return table(
    [{ title: 'place' }, right('time'), { title: 'function' }, right('time')],
    Array.from({ length: count }, (_, index) => [...cell(places, index), ...cell(functions, index)]),
  );
};

const shownName = (name: string): string => [...ROWS, ...LARGE_ROWS].find((row) => row.name === name)?.request ?? name;

/** What changed between two runs, row by row. Rows that only one of them has are left out. */
export const comparisonTable = (before: readonly RowResult[], now: readonly RowResult[]): string =>
  table(
    [
      ...[{ title: 'request' }, right('ratio before'), right('now'), right('change')],
      ...[right('by CPU before'), right('now'), right('change')],
      ...[right('CPU µs before'), right('now'), right('database before'), right('now')],
    ],
    now.flatMap((result) => {
      const earlier = before.find(({ name }) => name === result.name);
      if (!earlier || isFailure(earlier) || isFailure(result)) return [];
      const [then, today] = [earlier.subject, result.subject];
      return [
        [
          ...[shownName(result.name), ratioText(earlier.ratio), ratioText(result.ratio)],
          changeText(change(earlier.ratio, result.ratio)),
          ...[optionalRatio(earlier.processorRatio), optionalRatio(result.processorRatio)],
          changeText(change(earlier.processorRatio, result.processorRatio)),
          ...[microsecondsText(then.processorTime), microsecondsText(today.processorTime)],
          ...[microsecondsText(then.databaseTime), microsecondsText(today.databaseTime)],
        ],
      ];
    }),
  );
