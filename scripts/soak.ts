// npm run soak: a mixed load for minutes. Ends with 1 when memory grows, or handles or connections are not given back.
import { parseArgs } from 'node:util';
import { startOwnDatabase } from './reliability/database.ts';
import { describeOutcome } from './reliability/outcome.ts';
import { runSoak } from './reliability/soak.ts';

const USAGE = 'usage: npm run soak -- [--minutes N]   (5)';

try {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
  const minutes = Number(values.minutes);
  if (!(minutes >= 0.5 && minutes <= 24 * 60)) throw new Error(USAGE);
  await using own = await startOwnDatabase();
  const outcome = await runSoak(own, { seconds: Math.round(minutes * 60) }, (line) => console.log(line));
  console.log(describeOutcome('soak: first and last quarter after the warm-up', outcome));
  process.exitCode = outcome.violations.length > 0 ? 1 : 0;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
