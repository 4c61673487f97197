// npm start: the service with everything it needs on one machine: a PostgreSQL of its own, a sandbox instead of composer and the
// platform's services, and an identity for requests that have none. What the environment or local.env names replaces its part:
// PGHOST, COMPOSER_URL, and the addresses of the other services.
import { lookup } from 'node:dns/promises';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { createApp } from '../src/app.ts';
import { startBackground } from '../src/background/index.ts';
import { ConfigError, loadLocalEnv, logConfigWarnings, readConfig, type Config } from '../src/config/index.ts';
import { createContext } from '../src/context.ts';
import { loadConfigured } from '../src/setup/load-configured.ts';
import { prepareDatabase } from '../src/maintenance/prepare-database.ts';
import { warnAboutMissingKeys } from '../src/domain/distributions/missing-keys.ts';
import { loadDistributions } from '../src/domain/distributions/registry.ts';
import { createLogger } from '../src/observability/logger.ts';
import { closeServer, createHttpServer, waitUntilIdle, listen } from '../src/http/server.ts';
import { createPlatformSandbox, platformSettings } from '../packages/sandbox/src/platform/server.ts';
import { startSandbox } from '../packages/sandbox/src/server.ts';
import { withAdministration } from './support/databases.ts';
import { developmentIdentity, type DevelopmentIdentity } from './support/development-identity.ts';
import { startPersistentPostgres } from './support/embedded-postgres.ts';
import { LockHeldError, takeLock } from './support/process-lock.ts';
import { terminalOutput } from './support/terminal-log.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const ROOT = join(import.meta.dirname, '..');
/** Directory of the data between runs. */
const DATA = resolve(process.env['DATA_DIR'] || join(ROOT, '.data'));
const DATABASE = 'imagebuilder';

/** Milliseconds within which a second signal counts as the first one. */
const SAME_REQUEST = 500;

/** What ends the start with a line for people and no stack. */
class StartError extends Error {}

/** @throws StartError when the directory of the data cannot be written to */
const prepareData = (): void => {
  try {
    mkdirSync(DATA, { recursive: true });
    accessSync(DATA, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`DATA_DIR: ${DATA} cannot be written to (${code})`, { cause: error });
  }
};

/** Finds what is wrong with the settings, their files and the port, before anything runs that has to be stopped again. */
const refuseUnusable = async (config: Config): Promise<void> => {
  loadConfigured(config, createLogger(config), { policyFiles: { watch: () => {} } });
  const probe = createServer();
  await listen(probe, config.http);
  await closeServer(probe, 0);
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Variables of an embedded PostgreSQL, or none where the environment names a server. */
const providePostgres = async (given: Environment, stack: AsyncDisposableStack): Promise<Environment> => {
  if (given['PGHOST']) return {};
  say(`PostgreSQL: starting in ${join(DATA, 'postgres')}`);
  const server = await startPersistentPostgres(join(DATA, 'postgres'));
  stack.defer(() => server.stop());
  await withAdministration({ ...server, sslMode: 'disable' }, async (sql) => {
    const { rowCount } = await sql.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await sql.query(`CREATE DATABASE ${DATABASE}`);
  });
  const { host, port, user, password } = server;
  return {
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
    ...{ PGDATABASE: DATABASE, PGSSLMODE: 'disable' },
  };
};

/** Variables of a sandbox, or none where the environment names a composer. */
const provideComposer = async (given: Environment, stack: AsyncDisposableStack): Promise<Environment> => {
  if (given['COMPOSER_URL']) return {};
  const sandbox = await startSandbox({ port: 0, stateFile: join(DATA, 'sandbox.json') });
  stack.defer(() => sandbox.close());
  say(`composer: a sandbox on ${sandbox.url}, which builds nothing and reports success`);
  return {
    COMPOSER_URL: sandbox.url,
    COMPOSER_TOKEN_URL: `${sandbox.url}/token`,
    ...{ COMPOSER_CLIENT_ID: 'sandbox', COMPOSER_CLIENT_SECRET: 'sandbox' },
    // No other service uses this composer and database, so lost composes can be reconciled.
    ...(given['PGHOST'] ? {} : { COMPOSER_TENANT_EXCLUSIVE: 'true' }),
    COMPOSE_LOGS: given['COMPOSE_LOGS'] ?? 'true',
    // Where images go is the sandbox's invention, but a request has to name a place.
    OSBUILD_AWS_REGION: given['OSBUILD_AWS_REGION'] ?? 'us-east-1',
    OSBUILD_GCP_REGION: given['OSBUILD_GCP_REGION'] ?? 'us-east4',
    OSBUILD_GCP_BUCKET: given['OSBUILD_GCP_BUCKET'] ?? 'sandbox-bucket',
  };
};

/** Variables of stand-ins for the platform's services, those that the environment names excepted. */
const providePlatform = async (given: Environment, stack: AsyncDisposableStack): Promise<Environment> => {
  const server = await createPlatformSandbox(loadDistributions(readConfig(given).distributionsDir));
  await listen(server, { host: '127.0.0.1', port: 0 });
  stack.defer(() => closeServer(server, 0));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  say(`content sources, compliance, provisioning, recommendations: a sandbox on ${origin}`);
  return Object.fromEntries(Object.entries(platformSettings(origin)).filter(([name]) => !given[name]));
};

/** Variables of webhooks: a key that stays, and receivers on this machine. */
const provideWebhooks = (given: Environment): Environment => {
  const file = join(DATA, 'webhook-secret-key');
  const hasKey = given['WEBHOOK_SECRET_KEY'] || given['WEBHOOK_SECRET_KEY_FILE'];
  if (!hasKey && !existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return {
    ...(hasKey ? {} : { WEBHOOK_SECRET_KEY_FILE: file }),
    WEBHOOK_ALLOWED_RANGES: given['WEBHOOK_ALLOWED_RANGES'] ?? '127.0.0.0/8,::1/128',
  };
};

/** Whether only this machine can reach an address. */
const isLoopback = async ({ host }: Config['http']): Promise<boolean> => {
  const addresses = host === '' ? [] : await lookup(host, { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => address === '::1' || address.startsWith('127.'));
};

const instructions = (config: Config, url: string, identity: DevelopmentIdentity, isDefault: boolean): string => {
  const api = `${url}${config.http.apiPath}/v1`;
  const header = isDefault ? '' : ` -H '${identity.header}: ${identity.value}'`;
  const forProxies = `Programs on this machine need no identity. A proxy that adds forwarding headers has to add this one, too:
  ${identity.header}: ${identity.value}

`;
  const body = JSON.stringify({
    distribution: 'centos-9',
    image_requests: [
      { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
    ],
  });
  return `
Image Builder API: ${api}
In a browser:      ${url}/
Documentation:     ${url}/docs

Build an image${isDefault ? ', and watch it in the browser' : ''}:
  curl -sS ${api}/compose${header} -H 'Content-Type: application/json' -d '${body}'

${isDefault ? forProxies : ''}Packages named sandbox-fail, sandbox-slow and sandbox-refuse make a compose of the sandbox do so. Ctrl-C stops everything.
`;
};

const readable = (error: unknown, config: Config | null): string => {
  const { code, port, message } = error as { code?: string; port?: number; message: string };
  if (error instanceof LockHeldError) {
    return `npm start runs already, as process ${error.pid}: stop that one first, or work in another copy of the project`;
  }
  if (code === 'EADDRINUSE') {
    return `port ${port} is taken: stop what listens there, or choose another one with LISTEN_ADDRESS=localhost:PORT`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES') {
    return `LISTEN_ADDRESS: cannot listen on ${config?.http.host}:${config?.http.port} (${code})`;
  }
  if (error instanceof ConfigError || error instanceof StartError) return message;
  return `cannot start: ${message}`;
};

const start = async (stack: AsyncDisposableStack, onConfig: (config: Config) => void): Promise<() => Promise<void>> => {
  const given = loadLocalEnv(process.cwd(), process.env);
  prepareData();
  stack.defer(takeLock(join(DATA, 'start.lock')));
  const settings = readConfig(given);
  onConfig(settings);
  await refuseUnusable(settings);
  const noProxy = given['NO_PROXY'] ?? given['no_proxy'];
  const env = {
    ...{ RESPONSE_VALIDATION: 'fail' },
    ...given,
    NO_PROXY: noProxy ? `${noProxy},127.0.0.1` : '127.0.0.1',
    ...(await providePostgres(given, stack)),
    ...(await provideComposer(given, stack)),
    ...(await providePlatform(given, stack)),
    ...provideWebhooks(given),
  };
  const config = readConfig(env);
  onConfig(config);
  const applied = await prepareDatabase(config.database, () => {}).catch((error: unknown) => {
    throw new StartError(`the database cannot be used: ${(error as Error).message}`, { cause: error });
  });
  if (applied > 0) say(`database: ${applied} migrations applied`);

  const identity = developmentIdentity(config.auth);
  const isDefault = await isLoopback(config.http);
  const log = createLogger(config, process.stdout.isTTY ? terminalOutput : undefined);
  logConfigWarnings(config, log);
  const ctx = await createContext(config, log, { developmentIdentity: isDefault ? [identity.value] : null });
  stack.use(ctx);
  if (config.backgroundWork) {
    const background = startBackground(ctx);
    stack.defer(() => background.stop());
  }
  const server = createHttpServer(await createApp(ctx), config.http.clients, ctx.metrics.protection);
  await listen(server, config.http);
  stack.defer(async () => {
    ctx.lifecycle.stopping = true;
    ctx.events.stop();
    await closeServer(server, config.http.shutdownGrace);
    await waitUntilIdle(ctx.lifecycle, config.http.shutdownGrace);
  });

  const { address, port } = server.address() as AddressInfo;
  const host = config.http.host === '' || config.http.host === '0.0.0.0' ? 'localhost' : config.http.host;
  say(instructions(config, `http://${host.includes(':') ? `[${host}]` : host}:${port}`, identity, isDefault));
  if (isDefault)
    log.info(
      { event: 'development.identity', user: identity.user },
      'requests without identity header are those of a development user',
    );
  else
    log.warn(
      { event: 'development.exposed', address },
      'other hosts can reach this address: there is no development user, every request needs an identity header',
    );
  // The keys that are missing concern images for GCP alone, and the sandbox refuses those as composer does.
  if (given['COMPOSER_URL']) warnAboutMissingKeys(ctx);
  log.info({ event: 'service.listening', address: server.address() }, 'listening');
  await ctx.distributions.loadPackages();
  return async () => {
    log.info({ event: 'service.stopping' }, 'stopping');
    await stack.disposeAsync();
  };
};

const stack = new AsyncDisposableStack();
let config: Config | null = null;
let stopRequested: number | null = null;
const started = start(stack, (read) => void (config = read));

const stop = async (): Promise<void> => {
  if (stopRequested !== null) {
    // A second signal ends the process at once; the next start finds what it leaves behind. A terminal and npm between
    // them deliver one Ctrl-C twice, though.
    if (performance.now() - stopRequested > SAME_REQUEST) process.exit(1);
    return;
  }
  stopRequested = performance.now();
  const end = await started.catch(() => () => stack.disposeAsync());
  await end();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

started.catch(async (error: unknown) => {
  process.stderr.write(`${readable(error, config)}\n`);
  await stack.disposeAsync().catch(() => {});
  process.exit(1);
});
