import { styleText } from 'node:util';
import type { DestinationStream } from 'pino';

/** Members of a log line that a person at a terminal reads. */
interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly msg?: string;
  readonly event?: string;
  readonly latency_ms?: number;
  readonly request?: { readonly method: string; readonly path: string };
  readonly response?: { readonly status: number };
  readonly err?: { readonly message?: string; readonly stack?: string };
}

const COLORS = { debug: 'dim', warn: 'yellow', error: 'red', fatal: 'red' } as const;

const colored = (level: string, text: string): string => {
  const color = COLORS[level as keyof typeof COLORS];
  return color === undefined ? text : styleText(color, text);
};

const messageOf = ({ msg, event, request, response, latency_ms: latency }: LogLine): string => {
  if (request === undefined || response === undefined) return msg ?? event ?? '';
  return `${response.status} ${request.method} ${request.path}${latency === undefined ? '' : ` ${latency} ms`}`;
};

/** A log line of JSON as a short line of text; errors of the service itself keep their stack. */
export function shortLine(json: string): string {
  const line = JSON.parse(json) as LogLine;
  const { time, level, err } = line;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const mark = level === 'info' ? '' : `${level}: `;
  const failed = level === 'error' || level === 'fatal';
  const cause = err === undefined ? '' : failed && err.stack ? `\n${err.stack}` : `: ${err.message ?? ''}`;
  return `${styleText('dim', clock)} ${colored(level, `${mark}${messageOf(line)}${cause}`)}\n`;
}

/** Where the log goes when a person watches it. */
export const terminalOutput: DestinationStream = { write: (line) => void process.stdout.write(shortLine(line)) };
