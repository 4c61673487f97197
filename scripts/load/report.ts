import { latencyPlot, type PlotOptions } from './latency-plot.ts';
import type { Evaluation, Kind, Sample } from './objectives.ts';
import { percentile, tally } from './statistics.ts';

/** The content of a report. */
export interface LoadResult {
  /** Address of the API. */
  readonly target: string;
  readonly started: Date;
  readonly seconds: number;
  readonly rates: Readonly<Record<Kind, number>>;
  readonly samples: readonly Sample[];
  readonly evaluations: readonly Evaluation[];
  /** Names of requests without a target. */
  readonly leftOut: readonly string[];
  /** The longest delay of a request in milliseconds after it was due. */
  readonly late: number;
}

interface RequestFigures {
  readonly name: string;
  readonly count: number;
  /** Count of each status or error. */
  readonly outcomes: string;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** Delay in milliseconds from which the figures may reflect the measuring machine. */
const LATE = 250;

const figuresOf = (samples: readonly Sample[]): readonly RequestFigures[] =>
  [...new Set(samples.map(({ name }) => name))].toSorted().map((name) => {
    const own = samples.filter((sample) => sample.name === name);
    const durations = own.map(({ duration }) => duration);
    const at = (part: number): number => percentile(durations, part) ?? 0;
    const outcomes = [...tally(own.map(({ outcome }) => outcome))].map(([outcome, count]) => `${outcome} × ${count}`);
    return {
      ...{ name, count: own.length, outcomes: outcomes.join(', ') },
      ...{ p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) },
    };
  });

const milliseconds = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
/** Rounded down: 94.996 % is not 95 %. */
const percent = (share: number): string => `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;

const verdictOf = ({ share, broken }: Evaluation): string => {
  if (share === null) return 'not measured';
  return broken ? 'BROKEN' : 'met';
};

const notesOf = ({ leftOut, late }: LoadResult): readonly string[] => [
  ...(leftOut.length > 0 ? [`Skipped, because the service has no such object: ${leftOut.join('; ')}.`] : []),
  ...(late >= LATE
    ? [`Requests were sent up to ${milliseconds(late)} ms late: the machine that measures had too much to do.`]
    : []),
];

/** The result for a terminal or a log: a line for each objective and each request. */
export function textReport(result: LoadResult): string {
  const name = Math.max(0, ...figuresOf(result.samples).map((figures) => figures.name.length));
  return [
    ...result.evaluations.map((evaluation) => {
      const { objective, share, requests } = evaluation;
      const measured =
        share === null ? '' : `: ${percent(share)} of ${requests}, at least ${percent(objective.target)}`;
      return `${verdictOf(evaluation).padEnd(12)} ${objective.name}${measured} ${objective.good}`;
    }),
    ...figuresOf(result.samples).map(
      ({ name: request, count, outcomes, p50, p95, p99, most }) =>
        `${request.padEnd(name)} ${String(count).padStart(6)}  p50 ${milliseconds(p50)}  p95 ${milliseconds(p95)}  ` +
        `p99 ${milliseconds(p99)}  max ${milliseconds(most)} ms  ${outcomes}`,
    ),
    ...notesOf(result),
  ].join('\n');
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const row = (cells: readonly string[], tag = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells)).join('\n')}</tbody></table>`;

const KINDS: Readonly<Record<Kind, string>> = { read: 'Reads', build: 'Requests for a build' };

const plotOf = (result: LoadResult, kind: Kind): string => {
  const samples = result.samples.filter((sample) => sample.kind === kind);
  if (samples.length === 0) return '';
  const bounds = result.evaluations.flatMap(({ objective }) =>
    objective.kind === kind ? (objective.bound ?? []) : [],
  );
  const options: PlotOptions = { seconds: result.seconds, bound: bounds[0] ?? null };
  return `<h2>${KINDS[kind]}</h2>\n${latencyPlot(samples, options)}`;
};

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
  th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
  .broken { color: #c62828; font-weight: bold; }
  .met { color: #2e7d32; }
  svg { width: 100%; height: auto; }
`;

/** The result as one HTML document that needs nothing from anywhere else. */
export function htmlReport(result: LoadResult): string {
  const broken = result.evaluations.filter((evaluation) => evaluation.broken).map(({ objective }) => objective.name);
  const verdict =
    broken.length > 0
      ? `<p class="broken">Broken: ${escape(broken.join(', '))}</p>`
      : '<p class="met">All measured objectives are met.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Load test of Image Builder</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Load test of Image Builder</h1>
<p>${escape(result.target)}, ${escape(result.started.toISOString())}, ${result.seconds} s:
${result.rates.read} reads and ${result.rates.build} requests for a build each second.</p>
${verdict}
${table(
  ['objective', 'good', 'requests', 'share', 'at least', ''],
  result.evaluations.map((evaluation) => [
    ...[evaluation.objective.name, evaluation.objective.good, String(evaluation.requests)],
    ...[evaluation.share === null ? '' : percent(evaluation.share), percent(evaluation.objective.target)],
    verdictOf(evaluation),
  ]),
)}
${plotOf(result, 'read')}
${plotOf(result, 'build')}
<h2>Requests</h2>
${table(
  ['request', 'sent', 'responses', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'],
  figuresOf(result.samples).map(({ name, count, outcomes, p50, p95, p99, most }) => [
    ...[name, String(count), outcomes],
    ...[p50, p95, p99, most].map(milliseconds),
  ]),
)}
${notesOf(result)
  .map((note) => `<p>${escape(note)}</p>`)
  .join('\n')}
</body>
</html>
`;
}
