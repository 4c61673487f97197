import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** A server in a process of its own. */
export interface RunningServer {
  readonly pid: number;
  readonly origin: string;
  /** Milliseconds from its start to its first response. */
  readonly firstResponse: number;
  readonly stop: () => Promise<void>;
}

export interface Program {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly port: number;
  /** Path and headers of the request that shows that the program serves. */
  readonly probe: { readonly path: string; readonly headers: Readonly<Record<string, string>> };
}

/** Milliseconds that a server has to start, and to end. Some migrate a database first. */
const START = 600_000;
const END = 10_000;
/** Milliseconds between two attempts to get a first response. */
const ATTEMPT = 5;
/** Characters of a failed server's output in the message. */
const LAST_WORDS = 4_096;

const statusOf = (url: string, headers: Readonly<Record<string, string>>): Promise<number | null> =>
  new Promise((resolve) => {
    const request = get(url, { headers, agent: false }, (res) => {
      res.resume();
      res.once('close', () => resolve(res.statusCode ?? null));
    });
    request.once('error', () => resolve(null));
  });

/** Reads a stream and drops it, as a collector of logs would take it; returns the last that came. */
const readEnd = (stream: Readable): (() => string) => {
  let end: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => void (end = [...end.slice(-1), chunk]));
  return () => Buffer.concat(end).toString().slice(-LAST_WORDS);
};

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Sends a signal to a process and all that it started in its group. */
const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group has ended.
  }
};

const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (ended(child)) return;
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), END);
  await end;
  clearTimeout(timer);
};

/**
 * Starts a server and waits for its first response with status 200.
 * @throws Error with its last output when it ends before that, or takes too long
 */
export async function startServer(program: Program, signal: AbortSignal): Promise<RunningServer> {
  const started = performance.now();
  const [command, ...args] = program.command;
  const child = spawn(command, args, {
    ...{ cwd: program.directory, env: { ...program.env } },
    ...{ detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const outputs = [child.stdout, child.stderr].map(readEnd);
  const output = (): string => outputs.map((end) => end()).join('\n');
  const origin = `http://127.0.0.1:${program.port}`;
  const { path, headers } = program.probe;
  try {
    for (;;) {
      signal.throwIfAborted();
      const status = await statusOf(origin + path, headers);
      if (status === 200 && child.pid !== undefined) {
        const firstResponse = performance.now() - started;
        return { pid: child.pid, origin, firstResponse, stop: () => stopProcess(child) };
      }
      if (ended(child)) throw new Error(`${program.command.at(-1)} ended: ${output().trim()}`);
      if (performance.now() - started > START) {
        throw new Error(`${program.command.at(-1)}: ${path} has status ${status}: ${output().trim()}`);
      }
      await wait(ATTEMPT);
    }
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
}
