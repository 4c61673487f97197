// Counts the source files that a request executes, by V8's precise coverage.
import { Session } from 'node:inspector/promises';

const SOURCE = /\/src\/([^?]+\.ts)$/;

const RUNS = 50;

/**
 * Files of `src/` of which each run executes a function, sorted. There are many runs: background work, such as a timer that an earlier test
 * has left, executes its functions less often.
 */
export async function executedFiles(run: () => Promise<unknown>): Promise<readonly string[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    // Reading the counts resets them.
    await session.post('Profiler.takePreciseCoverage');
    for (let runs = 0; runs < RUNS; runs += 1) await run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const files = result
      .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count >= RUNS)))
      .flatMap(({ url }) => SOURCE.exec(url)?.[1] ?? []);
    return files.sort();
  } finally {
    session.disconnect();
  }
}
