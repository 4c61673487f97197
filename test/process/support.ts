// Programs of the project as processes of their own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createDirectory } from '../domain/distributions/support.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that is killed at the end of the test. */
export interface NodeProcess extends Disposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when a text was written to standard output. @throws Error when the process ends before */
  readonly said: (text: string | RegExp) => Promise<RegExpMatchArray>;
  readonly ended: Promise<Ended>;
}

export interface ProcessOptions {
  /** All of the environment, except for the path. The service refuses no request for being slow, unless this says so. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly args?: readonly string[];
  readonly nodeOptions?: readonly string[];
  /** Directory that the program's path begins in, instead of the project. */
  readonly root?: string;
  /** Who runs it; `null` for the user of the tests. */
  readonly user?: { readonly uid: number; readonly gid: number } | null;
}

/** Starts a program, named by its path in the project, in an empty directory unless one is given. */
export const startProgram = (program: string, options: ProcessOptions = {}): NodeProcess => {
  const directory = options.cwd === undefined ? createDirectory() : null;
  const child = spawn(
    process.execPath,
    [...(options.nodeOptions ?? []), join(options.root ?? ROOT, program), ...(options.args ?? [])],
    {
      ...options.user,
      cwd: options.cwd ?? directory?.path,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], MAX_EVENT_LOOP_DELAY_MS: '0', PGCONNECT_TIMEOUT_MS: '30000', ...options.env },
    },
  );
  if (child.pid === undefined) throw new Error(`${program} does not start`);
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    ...{ child, pid: child.pid },
    ended: closed.then(([code, signal]) => ({ code, signal, ...output })),
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = output.stdout.match(text);
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        closed.then(
          () => reject(new Error(`${program} ended before it said ${String(text)}: ${output.stdout}${output.stderr}`)),
          reject,
        );
        look();
      }),
    [Symbol.dispose]: () => {
      child.kill('SIGKILL');
      directory?.[Symbol.dispose]();
    },
  };
};

/** Runs a program to its end. */
export const runProgram = async (program: string, options: ProcessOptions = {}): Promise<Ended> => {
  using running = startProgram(program, options);
  return await running.ended;
};
