// Counts the source files that a request executes, by V8's precise coverage.
import { Session } from 'node:inspector/promises';

const SOURCE = /\/src\/([^?]+\.ts)$/;

/** Files of `src/` of which `run` executes a function, sorted. Background work of this process counts as well. */
export async function executedFiles(run: () => Promise<unknown>): Promise<readonly string[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    // Reading the counts resets them.
    await session.post('Profiler.takePreciseCoverage');
    await run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const files = result
      .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
      .flatMap(({ url }) => SOURCE.exec(url)?.[1] ?? []);
    return files.sort();
  } finally {
    session.disconnect();
  }
}
