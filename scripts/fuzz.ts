// npm run fuzz: schemathesis tries what the contract allows and forbids, on a service of its own, with every check and in every
// phase. fuzz/pinned.py lists deviations that the published contract pins. The exit code is that of schemathesis: 1 for a failure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../src/lib/root.ts';
import { startService } from './support/running-service.ts';

const USAGE = 'usage: npm run fuzz -- [--examples N]   (100) [further options of schemathesis]';

/** Streams end when the client leaves, which the fuzzer never does. */
const STREAMS = ['getEvents'];

/** @returns the status it ended with @throws Error where it is not installed */
const fuzz = async (api: string, options: readonly string[]): Promise<number> => {
  const excluded = STREAMS.map((id) => `--exclude-operation-id=${id}`);
  const child = spawn(
    process.env['SCHEMATHESIS'] ?? 'schemathesis',
    ['run', `${api}/openapi.json`, '--url', api, '--checks', 'all', ...excluded, ...options],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, PYTHONPATH: join(import.meta.dirname, 'fuzz'), SCHEMATHESIS_HOOKS: 'pinned' },
    },
  );
  const [status] = (await once(child, 'close')) as [number | null];
  return status ?? 1;
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { examples: { type: 'string', default: '100' } },
  });
  if (!/^[1-9]\d{0,4}$/.test(values.examples)) throw new Error(USAGE);
  await using service = await startService({ LOG_LEVEL: 'info' });
  process.exitCode = await fuzz(service.api, ['--max-examples', values.examples, ...positionals]);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const missing = 'schemathesis is not here: pip install "schemathesis>=4,<5", or name it by SCHEMATHESIS';
  console.error(code === 'ENOENT' ? missing : message);
  process.exitCode = 1;
}
