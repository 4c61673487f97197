/** Levels of log lines, in the order of their severity. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What a log event means, and what the operator does about it; without an action there is nothing to do. */
export interface LogEventEntry {
  readonly level: LogLevel | readonly LogLevel[];
  readonly meaning: string;
  readonly action?: string;
}
