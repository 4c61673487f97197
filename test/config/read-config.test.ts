import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigError, readConfig } from '../../src/config/index.ts';
import { VARIABLES_BY_NAME } from '../../src/config/variables/index.ts';

type Environment = Record<string, string | undefined>;

const SECRET = 'a-hidden-value';

/** Whether messages show no value of a variable. */
const isHidden = (name: string): boolean =>
  name.endsWith('_FILE')
    ? VARIABLES_BY_NAME.get(name)?.fromFile === true
    : VARIABLES_BY_NAME.get(name)?.secret === true;

/** The problems of an environment, line by line. */
function problemsOf(env: Environment): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    expect((error as Error).message).to.equal((error as ConfigError).problems.join('\n'));
    return (error as ConfigError).problems;
  }
  return [];
}

const booleans = ['FEDORA_AUTH'];
const numbers = {
  PGPORT: ['0', '65536'],
  PGPOOLSIZE: ['0', '1001'],
  PGPOOLSIZE_BACKGROUND: ['0', '1001'],
  PGCONNECT_TIMEOUT_MS: ['49', '60001'],
  PGREAD_TIMEOUT_SECONDS: ['0', '601'],
  PGWRITE_TIMEOUT_SECONDS: ['0', '601'],
  PGLOCK_TIMEOUT_MS: ['49', '600001'],
  PGDIRECT_PORT: ['0', '65536'],
  BODY_LIMIT_BYTES: ['1048575', '1073741825'],
  BODY_BUDGET_BYTES: ['1048575', '17179869185'],
  REQUESTS_PER_ORGANIZATION: ['0', '1000001'],
  ORGANIZATION_SHARE_PERCENT: ['0', '101'],
  SHUTDOWN_GRACE_SECONDS: ['-1', '3601'],
  SHUTDOWN_DELAY_SECONDS: ['-1', '3601'],
  UPSTREAM_TIMEOUT_SECONDS: ['0', '3601'],
  SCHEDULE_MAX_FAILURES: ['0', '1001'],
  COMPOSER_CONCURRENCY: ['0', '10001'],
  COMPOSER_QUEUE: ['-1', '100001'],
  UPSTREAM_CONCURRENCY: ['0', '10001'],
  UPSTREAM_QUEUE: ['-1', '100001'],
  UPSTREAM_BREAKER_FAILURES: ['-1', '1001'],
  UPSTREAM_BREAKER_SECONDS: ['0', '3601'],
  READINESS_CACHE_SECONDS: ['-1', '61'],
  EVENT_STREAMS_MAX: ['-1', '100001'],
  EVENT_STREAMS_PER_ORGANIZATION: ['0', '100001'],
  EVENT_HEARTBEAT_SECONDS: ['0', '3601'],
  EVENT_RETENTION_DAYS: ['0', '3651'],
  METRICS_PORT: ['-1', '65536'],
  SPLUNK_HEC_PORT: ['0', '65536'],
};
const choices = ['PGSSLMODE', 'PGBOUNCER', 'RESPONSE_VALIDATION', 'LOG_LEVEL', 'READINESS_CHECKS'];
const urls = [
  ...['COMPOSER_URL', 'COMPOSER_TOKEN_URL', 'CONTENT_SOURCES_URL', 'CONTENT_SOURCES_REPO_URL', 'PROVISIONING_URL'],
  ...['COMPLIANCE_URL', 'RECOMMENDATIONS_URL', 'UNLEASH_URL', 'CW_ENDPOINT_URL'],
];
const files = ['QUOTA_FILE', 'ALLOW_FILE', 'PGSSLROOTCERT', 'COMPOSER_CLIENT_CERT_PATH', 'COMPOSER_CLIENT_KEY_PATH'];
const cloudwatch = {
  CW_AWS_REGION: 'us-east-1',
  CW_AWS_ACCESS_KEY_ID: 'x',
  CW_AWS_SECRET_ACCESS_KEY: 'x',
  CW_LOG_GROUP: 'x',
};
const splunk = { SPLUNK_HEC_HOST: 'splunk.test', SPLUNK_HEC_PORT: '443', SPLUNK_HEC_TOKEN: 'x' };
/** Validated only where the recommendations service is configured. */
const recommendationsUrls = ['RECOMMENDATIONS_TOKEN_URL', 'RECOMMENDATIONS_PROXY'];
const recommendations = { RECOMMENDATIONS_URL: 'https://recommendations.test' };

const wrong: readonly (readonly [name: string, value: string, more?: Environment])[] = [
  ...booleans.map((name) => [name, SECRET] as const),
  ...Object.entries(numbers).flatMap(([name, limits]) =>
    [...limits, SECRET, '1.5', '1e9', ' 5', '0x1'].map((value) => [name, value] as const),
  ),
  ...choices.map((name) => [name, SECRET] as const),
  ...urls.flatMap((name) => [SECRET, `ftp://${SECRET}`, '://', 'localhost:80'].map((value) => [name, value] as const)),
  ...recommendationsUrls.map((name) => [name, SECRET, recommendations] as const),
  ...['', 'host', 'host:', ':65536', 'host:port', 'a:b:1'].map((value) => ['LISTEN_ADDRESS', value] as const),
  ['LISTEN_ADDRESS', SECRET],
  ...files.map((name) => [name, `/${SECRET}`] as const),
  ['PGPASSWORD_FILE', `/${SECRET}`],
  ['COMPOSER_CLIENT_SECRET_FILE', SECRET, { COMPOSER_CLIENT_SECRET: SECRET }],
  ['SPLUNK_HEC_HOST', `${SECRET}/path`, splunk],
  ['SPLUNK_HEC_HOST', `${SECRET}/path`],
  ['SPLUNK_HEC_PORT', '0', splunk],
  ['CW_AWS_REGION', `${SECRET} here`, cloudwatch],
  ['CW_LOG_GROUP', `${SECRET} `, cloudwatch],
  ['GLITCHTIP_DSN', SECRET],
  ['PATH_PREFIX', `${SECRET}?`],
  ['APP_NAME', `${SECRET} `],
  ['COMPOSER_CA_PATH', `/${SECRET}`, { COMPOSER_URL: 'https://composer.test' }],
  ['RECOMMENDATIONS_CA_PATH', `/${SECRET}`, recommendations],
  ['WEBHOOK_SECRET_KEY', SECRET],
  ['WEBHOOK_SECRET_KEY_FILE', `/${SECRET}`],
  ['WEBHOOK_ALLOWED_RANGES', `10.0.0.0/8,${SECRET}`],
  ['WEBHOOK_DENIED_RANGES', `10.0.0.0/8,${SECRET}`],
];

describe('readConfig', () => {
  it('returns defaults for an empty environment', () => {
    const config = readConfig({});
    expect(config.http).to.deep.include({
      ...{ host: 'localhost', port: 8086, apiPath: '/api/image-builder', bodyLimit: 2 * 1024 * 1024 },
      ...{ bodyBudget: 16 * 1024 * 1024, requestsPerOrganization: 200 },
      ...{ responseValidation: 'off', shutdownDelay: 0, shutdownGrace: 25_000, metricsPort: null },
      clients: { headersTimeout: 20_000, requestTimeout: 120_000, keepAliveTimeout: 75_000, maxHeaderSize: 65_536 },
    });
    expect(config.database).to.deep.include({
      ...{ host: 'localhost', port: 5432, database: 'imagebuilder', user: 'postgres', password: 'foobar' },
      ...{ sslMode: 'prefer', ca: null, poolSize: 10, organizationShare: 0.5 },
      timeouts: { connect: 700, read: 5_000, write: 10_000, lock: 3_000 },
      ...{ isPooled: false, direct: null },
    });
    expect(config.log).to.deep.equal({ level: 'info', channel: null, splunk: null, cloudwatch: null, sentry: null });
    expect(config).to.deep.include({
      ...{ auth: 'platform', readinessChecks: [], readinessCache: 1000, unused: [], misspelt: [] },
      ...{ provisioningUrl: null, complianceUrl: null, recommendations: null, unleash: null },
      ...{ rateLimitFile: null, overload: { eventLoopDelay: 500, databaseWaiting: 500 } },
      ...{ organizationShare: 0.5, backgroundPoolSize: 4 },
      ...{ quotaFile: null, allowFile: null, upstreamTimeout: 60_000, version: { commit: '', time: '' } },
    });
  });

  it('reads the limits of clients and of the process, each within bounds', () => {
    const given = {
      ...{ HEADERS_TIMEOUT_SECONDS: '1', REQUEST_TIMEOUT_SECONDS: '2', KEEP_ALIVE_SECONDS: '3' },
      ...{ HEADER_LIMIT_BYTES: '30000', MAX_EVENT_LOOP_DELAY_MS: '0', PGPOOLWAITING: '7' },
    };
    const { http, overload } = readConfig(given);
    expect(http.clients).to.deep.equal({
      ...{ headersTimeout: 1000, requestTimeout: 2000, keepAliveTimeout: 3000, maxHeaderSize: 30_000 },
    });
    expect(overload).to.deep.equal({ eventLoopDelay: 0, databaseWaiting: 7 });
    for (const name of Object.keys(given)) {
      const problem = new RegExp(`^${name}: must be a whole number (?:of \\w+ )?from \\d+ to \\d+, not "-1"$`);
      expect(() => readConfig({ [name]: '-1' }), name).to.throw(problem);
    }
    expect(() => readConfig({ HEADER_LIMIT_BYTES: '16384' })).to.throw(
      'HEADER_LIMIT_BYTES: must be a whole number of bytes from 24576 to 1048576, not "16384"',
    );
    expect(() => readConfig({ RATE_LIMIT_FILE: '/nowhere/limits' })).to.throw(
      'RATE_LIMIT_FILE: must be the path of a readable file, not "/nowhere/limits"',
    );
  });

  it('reads the limits of calls to composer and to each other service, with one circuit breaker setting for all', () => {
    const breaker = { breakerFailures: 5, breakerDelay: 5000 };
    expect(readConfig({}).callLimits).to.deep.equal({
      composer: { concurrency: 50, queue: 200, organizationShare: 0.5, ...breaker },
      others: { concurrency: 50, queue: 500, organizationShare: 0.5, ...breaker },
    });
    const given = {
      ...{ COMPOSER_CONCURRENCY: '1', COMPOSER_QUEUE: '0', UPSTREAM_CONCURRENCY: '3', UPSTREAM_QUEUE: '4' },
      ...{ UPSTREAM_BREAKER_FAILURES: '0', UPSTREAM_BREAKER_SECONDS: '7' },
      ORGANIZATION_SHARE_PERCENT: '25',
    };
    expect(readConfig(given).callLimits).to.deep.equal({
      composer: { concurrency: 1, queue: 0, organizationShare: 0.25, breakerFailures: 0, breakerDelay: 7000 },
      others: { concurrency: 3, queue: 4, organizationShare: 0.25, breakerFailures: 0, breakerDelay: 7000 },
    });
  });

  it('enables webhooks where a key for their secrets is set, and reads the allowed ranges', () => {
    expect(readConfig({}).webhooks).to.deep.equal({
      ...{ secretKey: null, allowedRanges: [], deniedRanges: [] },
      messageAge: 86_400,
    });
    const key = Buffer.alloc(32, 'k').toString('base64');
    const config = readConfig({
      WEBHOOK_SECRET_KEY: key,
      WEBHOOK_ALLOWED_RANGES: '10.0.0.0/8, ::1/128',
      WEBHOOK_DENIED_RANGES: '10.9.0.0/16',
      WEBHOOK_MESSAGE_HOURS: '2',
    });
    const ranges = { allowedRanges: ['10.0.0.0/8', '::1/128'], deniedRanges: ['10.9.0.0/16'] };
    expect(config.webhooks).to.deep.equal({ secretKey: key, ...ranges, messageAge: 7_200 });
  });

  for (const [name, value, more] of wrong) {
    it(`names ${name}=${JSON.stringify(value.replace(SECRET, '…'))} and what is allowed in one line`, () => {
      const problems = problemsOf({ ...more, [name]: value });
      expect(problems).to.have.length(1);
      expect(problems[0])
        .to.match(new RegExp(`^${name}: must (be|not be) `))
        .and.not.include('\n');
      if (isHidden(name)) expect(problems[0]).not.to.include(SECRET);
      else
        expect(problems[0])
          .to.match(/, not ".*"$/)
          .and.include(JSON.stringify(value));
    });
  }

  it('reports all problems at once, each with its value and what is allowed', () => {
    const env = { PGPORT: 'a', LOG_LEVEL: 'b', COMPOSER_URL: 'c', FEDORA_AUTH: 'd', SHUTDOWN_GRACE_SECONDS: '-1' };
    expect(problemsOf({ ...env, WEBHOOK_SECRET_KEY: SECRET })).to.have.members([
      'PGPORT: must be a whole number from 1 to 65535, not "a"',
      'LOG_LEVEL: must be trace, debug, info, warn, warning, error, fatal or panic, not "b"',
      'COMPOSER_URL: must be an http or https URL, not "c"',
      'FEDORA_AUTH: must be true, 1, false or 0, not "d"',
      'SHUTDOWN_GRACE_SECONDS: must be a whole number of seconds from 0 to 3600, not "-1"',
      'WEBHOOK_SECRET_KEY: must be 32 bytes in base64, or several with commas',
    ]);
  });

  it('shows no credentials of an address, one line of a value, and only the start of a long value', () => {
    expect(problemsOf({ COMPOSER_URL: `ftp://me:${SECRET}@composer.test` })).to.deep.equal([
      'COMPOSER_URL: must be an http or https URL, not "ftp://[set]@composer.test"',
    ]);
    expect(problemsOf({ HTTPS_PROXY: `me:${SECRET}@proxy.test:port` })).to.deep.equal([
      'HTTPS_PROXY: must be the address of an http proxy, not "[set]@proxy.test:port"',
    ]);
    expect(problemsOf({ PGPORT: '5\n6' })).to.deep.equal([
      'PGPORT: must be a whole number from 1 to 65535, not "5\\n6"',
    ]);
    expect(problemsOf({ PGPORT: 'x'.repeat(10_000) })[0]).to.have.length.below(300);
  });

  const addresses: Readonly<Record<string, [host: string, port: number]>> = {
    'localhost:8086': ['localhost', 8086],
    ':8086': ['', 8086],
    '0.0.0.0:80': ['0.0.0.0', 80],
    '[::1]:8086': ['::1', 8086],
    'host:0': ['host', 0],
  };
  for (const [value, [host, port]] of Object.entries(addresses)) {
    it(`reads host and port from LISTEN_ADDRESS=${value}`, () => {
      expect(readConfig({ LISTEN_ADDRESS: value }).http).to.deep.include({ host, port });
    });
  }

  const paths: readonly (readonly [prefix: string | undefined, app: string | undefined, path: string])[] = [
    [undefined, undefined, '/api/image-builder'],
    ['/a/b/', '/c/', '/a/b/c'],
    ['', 'x', '/x'],
    ['', '', ''],
  ];
  for (const [prefix, app, path] of paths) {
    it(`serves "${path}" for PATH_PREFIX ${JSON.stringify(prefix)} and APP_NAME ${JSON.stringify(app)}`, () => {
      expect(readConfig({ PATH_PREFIX: prefix, APP_NAME: app }).http.apiPath).to.equal(path);
    });
  }

  it('accepts log levels in any case, and the names that other loggers have for them', () => {
    const levels = { INFO: 'info', Warning: 'warn', DEBUG: 'debug', panic: 'error', fatal: 'error', '': 'info' };
    for (const [given, level] of Object.entries(levels))
      expect(readConfig({ LOG_LEVEL: given }).log.level).to.equal(level);
  });

  it('reads true and 1 as true; false, 0 and an empty text as false', () => {
    const values = {
      true: 'fedora',
      TRUE: 'fedora',
      '1': 'fedora',
      false: 'platform',
      '0': 'platform',
      '': 'platform',
    };
    for (const [given, auth] of Object.entries(values)) expect(readConfig({ FEDORA_AUTH: given }).auth).to.equal(auth);
  });

  it('removes slashes from the end of an address', () => {
    const config = readConfig({ COMPOSER_URL: 'https://composer.test/base//' });
    expect(config.composer.url).to.equal('https://composer.test/base');
  });

  it('reads the CA file of composer only for an https address', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'image-builder-ca-'));
    try {
      const file = join(directory, 'ca.pem');
      await writeFile(file, rootCertificates[0] ?? '');
      const url = 'https://composer.test';
      expect(readConfig({ COMPOSER_URL: url, COMPOSER_CA_PATH: file }).composer.caPath).to.equal(file);
      expect(
        readConfig({ COMPOSER_URL: 'http://composer.test', COMPOSER_CA_PATH: '/nowhere' }).composer.caPath,
      ).to.equal(null);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('configures the recommendations service only where its URL is set', () => {
    expect(readConfig({ RECOMMENDATIONS_CLIENT_ID: 'x' }).recommendations).to.equal(null);
    expect(readConfig({ ...recommendations, RECOMMENDATIONS_CLIENT_ID: 'x' }).recommendations).to.deep.equal({
      ...{ url: 'https://recommendations.test', tokenUrl: '', clientId: 'x', clientSecret: '' },
      ...{ proxy: null, caPath: null },
    });
  });

  it('reads proxies in upper and lower case, and prefers upper case', () => {
    const { proxyEnv } = readConfig({ http_proxy: 'http://a', HTTPS_PROXY: 'http://b', https_proxy: 'http://c' });
    expect(proxyEnv).to.deep.include({ HTTP_PROXY: 'http://a', HTTPS_PROXY: 'http://b' });
  });

  it('adds http to the address of a proxy without a scheme', () => {
    const { proxyEnv } = readConfig({ HTTP_PROXY: 'proxy.test:3128', https_proxy: 'user:secret@proxy.test' });
    expect(proxyEnv).to.deep.include({
      HTTP_PROXY: 'http://proxy.test:3128',
      HTTPS_PROXY: 'http://user:secret@proxy.test',
    });
  });

  for (const value of [`socks5://${SECRET}`, 'http://', `${SECRET} here`]) {
    it(`names the proxy variable that was set when it is "${value.replace(SECRET, '…')}"`, () => {
      for (const name of ['HTTP_PROXY', 'https_proxy'])
        expect(problemsOf({ [name]: value })).to.deep.equal([
          `${name}: must be the address of an http proxy, not ${JSON.stringify(value)}`,
        ]);
    });
  }

  it('refuses a file or text without certificates where certificates are required', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'image-builder-ca-'));
    try {
      const file = join(directory, 'ca.pem');
      await writeFile(file, SECRET);
      const composer = { COMPOSER_URL: 'https://composer.test', COMPOSER_CA_PATH: file };
      const expected = `must be the path of a file with PEM certificates, not "${file}"`;
      expect(problemsOf(composer)).to.deep.equal([`COMPOSER_CA_PATH: ${expected}`]);
      expect(problemsOf({ PGSSLROOTCERT: file })).to.deep.equal([`PGSSLROOTCERT: ${expected}`]);
      expect(problemsOf({ PGSSLROOTCERT_PEM: SECRET })).to.deep.equal(['PGSSLROOTCERT_PEM: must be PEM certificates']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('shortens the commit to seven characters', () => {
    expect(readConfig({ BUILD_COMMIT: '0123456789' }).version.commit).to.equal('0123456');
  });

  it('reads a secret from the file that its variable names', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'image-builder-secret-'));
    try {
      const file = join(directory, 'password');
      await writeFile(file, `${SECRET}\n`);
      expect(readConfig({ PGPASSWORD_FILE: file }).database.password).to.equal(SECRET);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('accepts variables of the original that have no effect, with any text, and lists them as unused', () => {
    const names = ['MIGRATIONS_DIR', 'TERN_EXECUTABLE', 'TERN_MIGRATIONS_DIR'];
    const config = readConfig(Object.fromEntries(names.map((name) => [name, SECRET])));
    expect(config.unused).to.deep.equal(names);
  });

  it('lists the variables of a log sink as unused where another variable of the sink is missing', () => {
    expect(readConfig({ SPLUNK_HEC_TOKEN: SECRET, CW_AWS_REGION: 'us-east-1' }).unused).to.have.members([
      ...['SPLUNK_HEC_TOKEN', 'CW_AWS_REGION'],
    ]);
  });
});
