// npm run sdk:check [-- NAMES… --strict]: generates clients from the contract as third parties do, builds each with the tools of
// its language, and runs one scenario with it against the service. Missing tools skip a client, with --strict they fail it.
// Downloads are cached in the user's cache directory. The last line is "N passed, N failed".
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CACHE } from './sdk/cache.ts';
import { SDK_CLIENTS } from './sdk/clients.ts';
import { hasProgram } from './sdk/commands.ts';
import { GeneratorUnavailableError } from './sdk/generator.ts';
import type { SdkClient } from './sdk/languages.ts';
import { startService, type RunningService } from './support/running-service.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { strict: { type: 'boolean' } } });

const choose = (names: readonly string[]): readonly SdkClient[] => {
  const unknown = names.find((name) => !SDK_CLIENTS.some((client) => client.name === name));
  if (unknown !== undefined) {
    console.error(`no client is called ${unknown}; there are ${SDK_CLIENTS.map(({ name }) => name).join(', ')}`);
    process.exit(2);
  }
  return names.length === 0 ? SDK_CLIENTS : SDK_CLIENTS.filter(({ name }) => names.includes(name));
};

/** The result, or the reason why the client was skipped. */
type Outcome = { readonly times: readonly string[] } | { readonly skipped: string };

const check = async (client: SdkClient, service: () => Promise<RunningService>): Promise<Outcome> => {
  const missing = client.needs.filter((program) => !hasProgram(program));
  if (missing.length > 0) return { skipped: `there is no ${missing.join(' and no ')}` };
  const directory = join(CACHE, 'clients', client.name.replaceAll(' ', '-'));
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const times: string[] = [];
  const timed = async (what: string, work: Promise<unknown>): Promise<void> => {
    const started = performance.now();
    await work;
    times.push(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  };
  try {
    await timed('generated', client.generate(directory));
  } catch (error) {
    if (error instanceof GeneratorUnavailableError) return { skipped: error.message };
    throw error;
  }
  await timed('built', client.compile(directory));
  if (client.run === null) return { times };
  const { api } = await service();
  await timed('used', client.run(directory, api));
  return { times };
};

const counts = { passed: 0, failed: 0, skipped: 0 };
await using stack = new AsyncDisposableStack();
let running: Promise<RunningService> | null = null;
const service = (): Promise<RunningService> => (running ??= startService().then((started) => stack.use(started)));

for (const client of choose(positionals)) {
  try {
    const outcome = await check(client, service);
    if ('times' in outcome) {
      counts.passed += 1;
      console.log(`ok   ${client.name}: ${outcome.times.join(', ')}`);
    } else {
      counts.skipped += 1;
      console.log(`SKIPPED ${client.name}: ${outcome.skipped}. This client was not tried.`);
    }
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL ${client.name}: ${(error as Error).message}`);
  }
}
if (values.strict) {
  counts.failed += counts.skipped;
  counts.skipped = 0;
}
process.exitCode = counts.failed > 0 ? 1 : 0;
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
);
