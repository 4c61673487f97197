import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/embedded-postgres.ts';

const PROGRAM = join(import.meta.dirname, '../../packages/sandbox/src/main.ts');

/** A sandbox of composer in a process of its own. */
export interface ComposerProcess extends AsyncDisposable {
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port with the same state. */
  readonly start: () => Promise<void>;
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/**
 * Starts composer. Composes complete at once, unless their packages delay them.
 * @param survives whether its state survives a kill: it writes all of it for each compose, which takes seconds for large ones
 */
export async function startComposerProcess(survives = true): Promise<ComposerProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-composer-'));
  const port = await freePort();
  const state = survives ? ['--state', join(directory, 'state.json')] : [];
  const args = [PROGRAM, '--port', String(port), ...state, '--instant'];
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    // The first line of output has its address.
    const [output] = (await Promise.race([once(started.stdout, 'data'), once(started, 'exit')])) as [unknown];
    if (!(output instanceof Buffer)) throw new Error('the sandbox does not start');
    started.stdout.resume();
  };
  const kill = async (): Promise<void> => {
    if (child === null || !isRunning(child)) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  await start();
  return {
    ...{ url: `http://127.0.0.1:${port}`, start, kill },
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
