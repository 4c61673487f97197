import type { Sample } from './objectives.ts';
import { percentile } from './statistics.ts';

export interface PlotOptions {
  /** Length of the load. */
  readonly seconds: number;
  /** Latency of the objective in milliseconds, drawn as a line; `null` for none. */
  readonly bound: number | null;
}

const WIDTH = 900;
const HEIGHT = 320;
const LEFT = 60;
const RIGHT = 70;
const TOP = 15;
const BOTTOM = 35;

/** Decades of the latency axis, in milliseconds. */
const DECADES = [1, 10, 100, 1_000, 10_000];
const [LEAST, MOST] = [1, 10_000];

/** At most this many points on a line, each of them at least a second. */
const MOST_SLICES = 120;
const TIME_LABELS = 6;

const LINES = [
  { part: 0.5, label: 'p50', colour: '#1e88e5' },
  { part: 0.95, label: 'p95', colour: '#fb8c00' },
  { part: 0.99, label: 'p99', colour: '#8e24aa' },
] as const;

const y = (milliseconds: number): number => {
  const within = Math.min(MOST, Math.max(LEAST, milliseconds));
  return HEIGHT - BOTTOM - (Math.log10(within / LEAST) / Math.log10(MOST / LEAST)) * (HEIGHT - TOP - BOTTOM);
};

const xOf =
  (seconds: number) =>
  (second: number): number =>
    LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);

const text = (x: number, at: number, anchor: 'start' | 'middle' | 'end', content: string, colour = 'currentColor') =>
  `<text x="${x.toFixed(1)}" y="${at.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;

const level = (at: number, attributes: string): string =>
  `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}" ${attributes}/>`;

/** Percentiles of latency over time as an SVG element, on a logarithmic scale. A request belongs to the time it was sent. */
export function latencyPlot(samples: readonly Sample[], { seconds, bound }: PlotOptions): string {
  const x = xOf(seconds);
  const width = Math.max(1, seconds / MOST_SLICES);
  const slices = Map.groupBy(samples, ({ at }) => Math.floor(at / 1000 / width));
  const lines = LINES.map(({ part, label, colour }) => {
    const points = [...slices]
      .toSorted(([a], [b]) => a - b)
      .map(([slice, own]) => {
        const value = percentile(
          own.map(({ duration }) => duration),
          part,
        );
        return { x: x(Math.min(seconds, (slice + 0.5) * width)), y: y(value ?? LEAST) };
      });
    const path = points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ');
    const dots = points.map((point) => `<circle cx="${point.x.toFixed(1)}" cy="${point.y.toFixed(1)}" r="1.5"/>`);
    return `<g class="${label}" fill="${colour}"><polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join('')}</g>`;
  });
  const decades = DECADES.map(
    (decade) =>
      level(y(decade), 'stroke="currentColor" stroke-opacity=".2"') +
      text(LEFT - 6, y(decade) + 4, 'end', decade < 1_000 ? `${decade} ms` : `${decade / 1_000} s`),
  );
  const times = Array.from({ length: TIME_LABELS + 1 }, (_, i) => (i * seconds) / TIME_LABELS).map((second) =>
    text(x(second), HEIGHT - BOTTOM + 18, 'middle', `${Number(second.toFixed(1))} s`),
  );
  // Below all bounds, whose labels stand on the same side.
  const legend = LINES.map(({ label, colour }, i) =>
    text(WIDTH - RIGHT + 8, HEIGHT - BOTTOM - 40 + i * 18, 'start', label, colour),
  );
  const objective =
    bound === null
      ? ''
      : `<g class="bound">${level(y(bound), 'stroke="#c62828" stroke-dasharray="6 4"')}${text(WIDTH - RIGHT + 8, y(bound) + 4, 'start', `${bound / 1000} s`, '#c62828')}</g>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="latency over time" font-family="system-ui, sans-serif" font-size="12">
${[...decades, ...times, ...lines, objective, ...legend].join('\n')}
</svg>`;
}
