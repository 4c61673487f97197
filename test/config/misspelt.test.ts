import { expect } from 'chai';
import { describe, it } from 'mocha';
import { logConfigWarnings, readConfig } from '../../src/config/index.ts';
import { VARIABLES_BY_NAME } from '../../src/config/variables/index.ts';

const misspelt: Readonly<Record<string, string>> = {
  LISTEN_ADDRES: 'LISTEN_ADDRESS',
  QUOTA_FILES: 'QUOTA_FILE',
  QUOTA_FLIE: 'QUOTA_FILE',
  QUOTAFILE: 'QUOTA_FILE',
  quota_file: 'QUOTA_FILE',
  ALLOWFILE: 'ALLOW_FILE',
  LOG_LEVLE: 'LOG_LEVEL',
  PGPASWORD: 'PGPASSWORD',
  PGPASSWORD_FILES: 'PGPASSWORD_FILE',
  COMPOSER_URI: 'COMPOSER_URL',
  UPSTREAM_TIMEOUT_SECOND: 'UPSTREAM_TIMEOUT_SECONDS',
  WORKER: 'WORKERS',
};

/** Variables of libpq, of Node and npm, of shells, of containers and of other libraries that the process can have. */
const FOREIGN = [
  ...['PGHOSTADDR', 'PGPASSFILE', 'PGSERVICE', 'PGSERVICEFILE', 'PGOPTIONS', 'PGAPPNAME', 'PGREQUIREPEER', 'PGDATA'],
  ...['PGSSLCERT', 'PGSSLKEY', 'PGSSLCRL', 'PGSSLCRLDIR', 'PGSSLSNI', 'PGSSLCOMPRESSION', 'PGREQUIRESSL', 'PGTZ'],
  ...['PGGSSENCMODE', 'PGKRBSRVNAME', 'PGCONNECT_TIMEOUT', 'PGCLIENTENCODING', 'PGTARGETSESSIONATTRS', 'PGDATESTYLE'],
  ...['PGLOADBALANCEHOSTS', 'PGCHANNELBINDING', 'PGGEQO', 'PGSYSCONFDIR', 'PGLOCALEDIR', 'PGMINPROTOCOLVERSION'],
  ...[
    'USER',
    'HOME',
    'PATH',
    'PWD',
    'OLDPWD',
    'SHELL',
    'SHLVL',
    'TERM',
    'LANG',
    'LC_ALL',
    'TZ',
    'MAIL',
    'LOGNAME',
    '_',
  ],
  ...['HOST', 'PORT', 'HOSTNAME', 'EDITOR', 'PAGER', 'DISPLAY', 'DEBUG', 'CI', 'ALL_PROXY', 'all_proxy', 'FTP_PROXY'],
  ...['ftp_proxy', 'SOCKS_PROXY', 'RSYNC_PROXY', 'NODE_ENV', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_NO_WARNINGS'],
  ...['NODE_COMPILE_CACHE', 'NODE_UNIQUE_ID', 'UV_THREADPOOL_SIZE', 'npm_config_noproxy', 'npm_config_https_proxy'],
  ...['npm_config_loglevel', 'npm_lifecycle_event', 'npm_package_version', 'INIT_CWD', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['KUBERNETES_PORT', 'KUBERNETES_SERVICE_HOST', 'COMPOSER_PORT', 'COMPOSER_SERVICE_HOST', 'UNLEASH_PORT'],
  ...['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_CA_BUNDLE'],
  ...['SENTRY_DSN', 'OTEL_SERVICE_NAME', 'OTEL_LOG_LEVEL', 'GOMAXPROCS', 'WEB_CONCURRENCY', 'DATA_DIR'],
  ...['EMBEDDED_POSTGRES_VERSION', 'LOAD_URL', 'LOAD_SCHEDULE', 'PYTHONPATH', 'JAVA_HOME', 'GIT_COMMIT', 'BUILD_ID'],
];

describe('misspelt variables', () => {
  for (const [name, nearest] of Object.entries(misspelt)) {
    it(`finds ${name}, which looks like ${nearest}`, () => {
      expect(readConfig({ [name]: 'x' }).misspelt).to.deep.equal([{ name, nearest }]);
    });
  }

  it('finds none in the variables of the service and of other programs', () => {
    const env = Object.fromEntries(FOREIGN.map((name) => [name, 'x']));
    expect(readConfig(env).misspelt).to.deep.equal([]);
    const empty = Object.fromEntries([...VARIABLES_BY_NAME.keys(), 'QUOTA_FILES'].map((name) => [name, undefined]));
    expect(readConfig(empty).misspelt).to.deep.equal([]);
  });

  it('finds none in the names of the table, in either spelling and as files', () => {
    const env = { http_proxy: 'http://proxy.test', CHANNEL: 'x', no_proxy: 'x', PGUSER: 'x', BUILD_TIME: 'x' };
    expect(readConfig(env).misspelt).to.deep.equal([]);
  });

  it('are logged by name, with the variable that they look like', () => {
    const lines: [object, string][] = [];
    logConfigWarnings(readConfig({ QUOTA_FILES: '/etc/quotas.json' }), {
      warn: (fields, message) => void lines.push([fields, message]),
    });
    expect(lines).to.deep.equal([
      [
        { event: 'config.variable_unknown', variable: 'QUOTA_FILES', nearest: 'QUOTA_FILE' },
        'unknown variable QUOTA_FILES has no effect: use QUOTA_FILE if it is misspelt',
      ],
    ]);
  });
});
