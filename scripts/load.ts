// npm run load: sends the service what a web console and its users send, at a steady rate, and compares the responses with the
// service's objectives. LOAD_URL names a running service; without it one is started with everything it needs. Ends with 1 when
// an objective is broken.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIX, planArrivals } from './load/mix.ts';
import { evaluate, objectivesFor, type Kind } from './load/objectives.ts';
import { LoadOptionsError, readLoadOptions, type LoadOptions } from './load/options.ts';
import { startOwnService, type Target } from './load/own-service.ts';
import { htmlReport, textReport, type LoadResult } from './load/report.ts';
import { createSender } from './load/requests.ts';
import { findSubjects, possibleEntries, runLoad, TargetError } from './load/run.ts';

const DEFAULT_REPORT = join(tmpdir(), 'image-builder-load.html');

const measure = async (options: LoadOptions, target: Target, signal: AbortSignal): Promise<LoadResult> => {
  using sender = createSender(target.url, target.headers);
  const subjects = await findSubjects(sender);
  const { entries, leftOut } = possibleEntries(MIX, subjects);
  const rates: Readonly<Record<Kind, number>> = { read: options.readsPerSecond, build: options.buildsPerSecond };
  const started = new Date();
  const { samples, late } = await runLoad(sender, planArrivals(entries, rates, options.seconds), subjects, signal);
  return {
    ...{ target: target.url, started, seconds: options.seconds, rates },
    ...{ samples, evaluations: evaluate(samples, objectivesFor(options.bounds)), leftOut, late },
  };
};

const run = async (options: LoadOptions, signal: AbortSignal): Promise<number> => {
  await using stack = new AsyncDisposableStack();
  const target =
    options.url === null ? await startOwnService(stack, signal) : { url: options.url, headers: options.headers };
  console.log(`loading ${target.url} for ${options.seconds} s`);
  const result = await measure(options, target, signal);
  const file = options.report ?? DEFAULT_REPORT;
  await writeFile(file, htmlReport(result));
  console.log(textReport(result));
  console.log(`report: ${file}`);
  const broken = result.evaluations.filter((evaluation) => evaluation.broken).map(({ objective }) => objective.name);
  if (broken.length > 0) console.error(`broken: ${broken.join(', ')}`);
  return broken.length > 0 ? 1 : 0;
};

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
try {
  process.exitCode = await run(readLoadOptions(process.env), interrupted.signal);
} catch (error) {
  if (interrupted.signal.aborted) console.error('interrupted: no objective was evaluated');
  else if (error instanceof LoadOptionsError || error instanceof TargetError) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
}
