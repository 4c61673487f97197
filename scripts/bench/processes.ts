import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** A server in a process of its own. */
export interface RunningServer {
  readonly pid: number;
  readonly origin: string;
  /** Milliseconds from its start to its first answer. */
  readonly firstAnswer: number;
  /** The end of what it logged. */
  readonly logged: () => string;
  readonly stop: () => Promise<void>;
}

export interface Program {
  /** Arguments of node, the program among them. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly port: number;
  /** Path and headers of the request that shows that it serves. */
  readonly probe: { readonly path: string; readonly headers: Readonly<Record<string, string>> };
}

/** Milliseconds a server gets to answer, and to end. */
const START = 60_000;
const END = 10_000;
/** Milliseconds between two attempts to get a first answer. */
const ATTEMPT = 5;
/** How much is kept of what a server says, in characters. */
const KEPT_OUTPUT = 4_096;

const statusOf = (url: string, headers: Readonly<Record<string, string>>): Promise<number | null> =>
  new Promise((resolve) => {
    const request = get(url, { headers, agent: false }, (res) => {
      res.resume();
      res.once('close', () => resolve(res.statusCode ?? null));
    });
    request.once('error', () => resolve(null));
  });

const keepEnd = (stream: Readable): (() => string) => {
  let end = '';
  stream.on('data', (chunk: Buffer) => void (end = (end + chunk.toString()).slice(-KEPT_OUTPUT)));
  return () => end;
};

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (ended(child)) return;
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END);
  await end;
  clearTimeout(timer);
};

/**
 * Starts a server and waits for its first answer.
 * @throws Error with its last words when it ends before that, or takes too long
 */
export const startServer = async (program: Program, signal: AbortSignal): Promise<RunningServer> => {
  const started = performance.now();
  const child = spawn(process.execPath, [...program.args], {
    cwd: program.directory,
    env: { ...program.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const logged = keepEnd(child.stdout);
  const complained = keepEnd(child.stderr);
  const lastWords = (): string => `${logged()}\n${complained()}`.trim();
  const origin = `http://127.0.0.1:${program.port}`;
  const { path, headers } = program.probe;
  try {
    for (;;) {
      signal.throwIfAborted();
      const status = await statusOf(origin + path, headers);
      if (status === 200 && child.pid !== undefined) {
        const firstAnswer = performance.now() - started;
        return { pid: child.pid, origin, firstAnswer, logged, stop: () => stopProcess(child) };
      }
      if (ended(child)) throw new Error(`${program.args.at(-1)} ended: ${lastWords()}`);
      if (status !== null) throw new Error(`${path} was answered ${status}: ${lastWords()}`);
      if (performance.now() - started > START) throw new Error(`${program.args.at(-1)} does not answer`);
      await wait(ATTEMPT);
    }
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
};
