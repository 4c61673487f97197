import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createApiClient, type ApiClient } from './http.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

/** The fields of a log line that the trials read. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A process of the service. */
export interface Replica extends AsyncDisposable {
  readonly pid: number;
  readonly origin: string;
  readonly client: ApiClient;
  /** Logged warnings and errors. */
  readonly complaints: readonly LogLine[];
  readonly isRunning: () => boolean;
  /** Sends SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Sends SIGTERM. */
  readonly stop: () => Promise<void>;
  /** The value of a series of its metrics, 0 without one. */
  readonly metric: (series: string) => Promise<number>;
}

const COMPLAINTS: ReadonlySet<string> = new Set(['warn', 'error', 'fatal']);

/** The line of node on standard error that has the address of its inspector. */
const INSPECTOR = /^(Debugger|For help, see|Waiting for the debugger)/;

const parseLine = (text: string): LogLine => {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: INSPECTOR.test(text) ? 'info' : 'error', msg: text };
  }
};

/**
 * Starts the service and waits until it listens.
 * @param env its environment except for PATH
 * @param nodeOptions further arguments of node
 * @param cgroup directory of a control group that the process joins before it starts
 * @throws Error with the end of its output when it ends before
 */
export async function startReplica(
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
  cgroup: string | null = null,
): Promise<Replica> {
  // A directory without local.env.
  const cwd = await mkdtemp(join(tmpdir(), 'image-builder-replica-'));
  const joining = cgroup === null ? [] : ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', cgroup];
  const [command = '', ...args] = [...joining, process.execPath, ...nodeOptions, PROGRAM];
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env, LISTEN_ADDRESS: '127.0.0.1:0' },
  });
  const complaints: LogLine[] = [];
  const listening = Promise.withResolvers<number>();
  const read = (text: string): void => {
    const line = parseLine(text);
    if (COMPLAINTS.has(line.level)) complaints.push(line);
    if (line.msg === 'listening') listening.resolve((line['address'] as { port: number }).port);
  };
  createInterface({ input: child.stdout }).on('line', read);
  createInterface({ input: child.stderr }).on('line', read);
  const exit = once(child, 'exit').then(async () => {
    const last = complaints.at(-1);
    listening.reject(new Error(`the service ended before it listened: ${last?.msg ?? 'without a word'}`));
    await rm(cwd, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${await listening.promise}`;
  const client = createApiClient(origin);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exit;
    client[Symbol.dispose]();
  };
  return {
    ...{ pid: child.pid ?? 0, origin, client, complaints, isRunning },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    metric: async (series) => {
      const reply = await client.read('/metrics');
      const line = ('failure' in reply ? '' : reply.text).split('\n').find((text) => text.startsWith(`${series} `));
      return Number(line?.slice(series.length + 1) ?? 0);
    },
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
}
