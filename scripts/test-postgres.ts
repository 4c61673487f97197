// npm run test:postgres -- VERSION [mocha's arguments]: the tests of the database on another PostgreSQL than the newest, on which
// `npm test` runs them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const TESTS = [
  ...['db', 'background', 'maintenance'],
  ...['composes', 'events', 'lists', 'rate-limits', 'schedules', 'webhooks'].map((name) => `domain/${name}`),
];

const [version = '', ...args] = process.argv.slice(2);
if (!/^\d+$/.test(version)) {
  console.error('usage: npm run test:postgres -- VERSION [arguments of mocha]');
  process.exit(1);
}
const files = args.length > 0 ? args : TESTS.map((name) => `test/${name}/**/*.test.ts`);
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'test.ts'), ...files], {
  stdio: 'inherit',
  env: { ...process.env, EMBEDDED_POSTGRES_VERSION: version },
});
process.exitCode = status ?? 1;
