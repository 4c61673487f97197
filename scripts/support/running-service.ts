import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START = join(import.meta.dirname, '../start.ts');

/** A service of its own, with everything it needs: what `npm start` runs. */
export interface RunningService extends AsyncDisposable {
  /** Address of the API, version included. */
  readonly api: string;
}

/**
 * Starts the service on a free port, with its data in a temporary directory.
 * @param env overrides settings as for `npm start`, for example `PGHOST`
 * @throws Error with its output when it ends before it listens
 */
export async function startService(env: Readonly<Record<string, string>> = {}): Promise<RunningService> {
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-service-'));
  const child = spawn(process.execPath, [START], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], DATA_DIR: directory, LISTEN_ADDRESS: '127.0.0.1:0', LOG_LEVEL: 'info', ...env },
  });
  const ended = once(child, 'close');
  let output = '';
  const listening = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const [, api] = /^Image Builder API: (\S+)$/m.exec(output) ?? [];
      if (api !== undefined) listening.resolve(api);
    });
  }
  ended.then(
    () => listening.reject(new Error(`the service does not start: ${output}`)),
    (error: unknown) => listening.reject(error),
  );
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { api: await listening.promise, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
