// npm run contract:changes [-- --write | --release NAME]: compares the contract with the baseline, that of the last release.
// Fails on a breaking change, and when api/changelog.json does not have all changes, which --write adds. --release makes the
// contract the baseline and files the changes under NAME. Without Go the comparison is skipped.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readChangelog, released, writeChangelog } from './contract/changelog.ts';
import { contractChanges, describeChange, isBreaking, OasdiffUnavailableError } from './contract/oasdiff.ts';

const ROOT = join(import.meta.dirname, '..');
const BASELINE = join(ROOT, 'api/baseline.json');
const CONTRACT = join(ROOT, 'generated/contract.json');

const { values } = parseArgs({ options: { write: { type: 'boolean' }, release: { type: 'string' } } });

const run = async (): Promise<number> => {
  const changes = await contractChanges(BASELINE, CONTRACT);
  const breaking = changes.filter(isBreaking);
  for (const change of breaking) console.log(`FAIL ${change.id}: ${describeChange(change)}`);
  const unreleased = [...new Set(changes.map(describeChange))].sort();
  const changelog = await readChangelog();
  const complete = { ...changelog, unreleased };
  let stale = JSON.stringify(changelog.unreleased) === JSON.stringify(unreleased) ? 0 : 1;
  if (values.release !== undefined && breaking.length === 0) {
    await writeChangelog(released(complete, values.release));
    await copyFile(CONTRACT, BASELINE);
    stale = 0;
  } else if (values.write) {
    await writeChangelog(complete);
    stale = 0;
  } else if (stale > 0) {
    console.log('FAIL api/changelog.json does not have all changes: npm run contract:changes -- --write');
  }
  return breaking.length + stale;
};

try {
  const failed = await run();
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(`${failed > 0 ? 0 : 1} passed, ${failed} failed`);
} catch (error) {
  if (!(error instanceof OasdiffUnavailableError)) throw error;
  console.log(`SKIPPED: ${error.message}. The contract was not compared.`);
  console.log('0 passed, 0 failed, 1 skipped');
}
