import type { DestinationStream } from 'pino';

export type LogLine = Readonly<Record<string, unknown>>;

/** Where a service under test logs to. */
export interface CapturedLog extends DestinationStream {
  readonly lines: readonly LogLine[];
  /** The lines as they were written. */
  readonly texts: readonly string[];
}

let captured: CapturedLog[] = [];

/** A log destination that keeps what is written to it. */
export const captureLog = (): CapturedLog => {
  const lines: LogLine[] = [];
  const texts: string[] = [];
  const write = (text: string): void => {
    texts.push(text);
    lines.push(JSON.parse(text) as LogLine);
  };
  const log = { lines, texts, write };
  captured.push(log);
  return log;
};

/** Long stacks would bury the test's own failure. */
const STACK_LINES = 6;

const describeLine = ({ msg, err, mismatch }: LogLine): string => {
  const { stack = '' } = (err ?? {}) as { stack?: string };
  const lines = [mismatch, ...stack.split('\n').slice(0, STACK_LINES)].filter(Boolean);
  return `    logged: ${String(msg)}${lines.map((line) => `\n      ${String(line)}`).join('')}`;
};

/** What the services of the current test logged as errors: the reason of an unexpected 500 is nowhere else. */
export const describeLogs = (): string =>
  captured
    .flatMap(({ lines }) => lines)
    .filter(({ level }) => level === 'error')
    .map(describeLine)
    .join('\n');

export const forgetLogs = (): void => {
  captured = [];
};
