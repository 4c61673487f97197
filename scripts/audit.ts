// npm run audit [-- --level low|moderate|high|critical] [-- --require]: known vulnerabilities of what production runs on.
// Advisories that are accepted for a time stand in .ci/audit-allow.json, each with a reason and the day on which that ends.
// An unreachable registry is reported and accepted; with --require it is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllowList } from './audit/allow-list.ts';
import { evaluate } from './audit/evaluate.ts';
import { readReport, SEVERITIES, type Severity } from './audit/report.ts';

const ROOT = join(import.meta.dirname, '..');
const ALLOW_LIST = join(ROOT, '.ci/audit-allow.json');

const { values } = parseArgs({
  options: { level: { type: 'string', default: 'moderate' }, require: { type: 'boolean', default: false } },
});
const level = SEVERITIES.find((severity): severity is Severity => severity === values.level);
if (level === undefined) {
  console.error(`--level: must be one of ${SEVERITIES.join(', ')}`);
  process.exit(2);
}

const finish = (passed: number, failed: number): never => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
};

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const report = error ? { kind: 'broken' as const, why: error.message } : readReport(stdout);

if (report.kind === 'unavailable') {
  console.log(`SKIPPED: dependencies were NOT audited: ${report.why}`);
  finish(0, values.require ? 1 : 0);
} else if (report.kind === 'broken') {
  console.log(`FAIL npm audit: ${report.why}`);
  finish(0, 1);
} else {
  const allowed = existsSync(ALLOW_LIST) ? parseAllowList(readFileSync(ALLOW_LIST, 'utf8'), new Date()) : [];
  const { lines, failures } = evaluate(report.advisories, allowed, level, new Date());
  for (const line of lines) console.log(line);
  finish(failures === 0 ? 1 : 0, failures);
}
