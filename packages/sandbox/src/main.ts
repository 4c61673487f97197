// npm run sandbox [-- --port N --fail --slow SECONDS --instant --state FILE]: a composer that builds nothing.
import { parseArgs } from 'node:util';
import { DEFAULT_DURATION, startSandbox, type SandboxOptions } from './server.ts';

const USAGE = 'usage: npm run sandbox -- [--port N] [--state FILE] [--fail] [--slow SECONDS | --instant]';
const DEFAULT_PORT = '8087';

const wholeNumber = (name: string, value: string, max: number): number => {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= max) return number;
  throw new Error(`--${name} must be a whole number up to ${max}\n${USAGE}`);
};

const readOptions = (): SandboxOptions => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: DEFAULT_PORT },
      state: { type: 'string' },
      fail: { type: 'boolean', default: false },
      slow: { type: 'string' },
      instant: { type: 'boolean', default: false },
    },
  });
  if (values.instant && values.slow !== undefined) throw new Error(USAGE);
  const slow = values.slow === undefined ? DEFAULT_DURATION : wholeNumber('slow', values.slow, 86_400) * 1000;
  return {
    port: wholeNumber('port', values.port, 65_535),
    stateFile: values.state ?? null,
    duration: values.instant ? 0 : slow,
    fail: values.fail,
  };
};

const fail = (error: unknown): never => {
  const { code, message, port } = error as { code?: string; message: string; port?: number };
  console.error(code === 'EADDRINUSE' ? `port ${port} is taken: choose another one with --port` : message);
  process.exit(1);
};

try {
  const sandbox = await startSandbox(readOptions());
  console.log(`a sandbox of composer listens on ${sandbox.url}: it builds nothing and reports success`);
  console.log('use it with these variables:');
  console.log(
    `  COMPOSER_URL=${sandbox.url} COMPOSER_TOKEN_URL=${sandbox.url}/token COMPOSER_CLIENT_ID=any COMPOSER_CLIENT_SECRET=any`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
} catch (error) {
  fail(error);
}
