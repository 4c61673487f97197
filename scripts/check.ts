// npm run check: static checks of the code. All steps run, and the command fails when one of them fails.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = process.execPath;
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

const STEPS: readonly (readonly [what: string, command: string, ...args: string[]])[] = [
  ['generated code is current', node, 'scripts/generate.ts', '--check'],
  ['types', bin('tsc'), '-p', '.'],
  ['lint', bin('eslint'), '--max-warnings', '0', '.'],
  ['format', bin('prettier'), '--check', '--log-level', 'warn', '.'],
  [
    'layers, no import cycles, no unused files',
    bin('depcruise'),
    '--config',
    'dependency-cruiser.config.js',
    ...['src', 'scripts', 'generated', 'packages/sandbox', 'packages/distribution-tools'],
  ],
  ['distribution data', node, 'packages/distribution-tools/bin/check.ts', '--quiet'],
  ['contract lint', bin('redocly'), 'lint', 'api/openapi.yaml'],
];

const failed = STEPS.filter(([what, command, ...args]) => {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  return status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);
