import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigError, readConfig, type Config } from '../../src/config/index.ts';
import { createDirectory } from '../domain/distributions/support.ts';

const CA = rootCertificates[0] ?? '';

/** A document as Clowder mounts it, with members that mean nothing to us. */
const DOCUMENT = {
  database: {
    ...{
      hostname: 'db.test',
      port: 15432,
      name: 'builder',
      username: 'me',
      password: 'db-secret',
      sslMode: 'verify-full',
    },
    ...{ adminUsername: 'admin', adminPassword: 'admin-secret', rdsCa: CA },
  },
  logging: {
    type: 'cloudwatch',
    cloudwatch: { region: 'us-east-1', accessKeyId: 'cw-id', secretAccessKey: 'cw-secret', logGroup: 'builder-logs' },
  },
  endpoints: [
    { app: 'provisioning-backend', name: 'api', hostname: 'provisioning.test', port: 8001 },
    { app: 'content-sources-backend', name: 'service', hostname: 'content.test', port: 8002 },
    { app: 'compliance', name: 'service', hostname: 'compliance.test', port: 8003 },
    { app: 'compliance', name: 'import', hostname: 'other.test', port: 8004 },
    { app: 'another', name: 'service', hostname: 'else.test', port: 8005 },
  ],
  featureFlags: { scheme: 'https', hostname: 'unleash.test', port: 4242, clientAccessToken: 'flags-secret' },
  metadata: { envName: 'env-stage', name: 'image-builder' },
  ...{ metricsPort: 9000, metricsPath: '/metrics', publicPort: 8000, webPort: 8000 },
} as const;

/** The configuration with a document, and further variables. */
function configOf(document: unknown, env: Readonly<Record<string, string>> = {}): Config {
  using directory = createDirectory({ 'cdappconfig.json': document });
  return readConfig({ ...env, ACG_CONFIG: directory.file('cdappconfig.json') });
}

describe('the document of Clowder', () => {
  it('sets the addresses of database, log sink, services, flags and metrics', () => {
    const config = configOf(DOCUMENT);
    expect(config.database).to.deep.include({
      ...{ host: 'db.test', port: 15432, database: 'builder', user: 'me', password: 'db-secret' },
      ...{ sslMode: 'verify-full', ca: CA },
    });
    expect(config.log.cloudwatch).to.deep.equal({
      ...{
        region: 'us-east-1',
        accessKeyId: 'cw-id',
        secretAccessKey: 'cw-secret',
        group: 'builder-logs',
        endpoint: null,
      },
    });
    expect(config).to.deep.include({
      provisioningUrl: 'http://provisioning.test:8001/api/provisioning/v1',
      complianceUrl: 'http://compliance.test:8003/api/compliance/v2',
      unleash: { url: 'https://unleash.test:4242/api', token: 'flags-secret' },
    });
    expect(config.contentSources.url).to.equal('http://content.test:8002/api/content-sources/v1');
    expect(config.http.metricsPort).to.equal(9000);
    expect(config.log.level).to.equal('info');
  });

  it('wins over the environment, except for an explicit PGSSLMODE', () => {
    const env = {
      ...{ PGHOST: 'other', PGPORT: '1', PGPASSWORD: 'other', PGSSLMODE: 'require', CW_AWS_REGION: 'other' },
      ...{ COMPLIANCE_URL: 'http://other', UNLEASH_URL: 'http://other', METRICS_PORT: '1' },
    };
    const config = configOf(DOCUMENT, env);
    expect(config.database).to.deep.include({
      host: 'db.test',
      port: 15432,
      password: 'db-secret',
      sslMode: 'require',
    });
    expect(config.log.cloudwatch).to.deep.include({ region: 'us-east-1' });
    expect(config.complianceUrl).to.equal('http://compliance.test:8003/api/compliance/v2');
    expect(config.unleash?.url).to.equal('https://unleash.test:4242/api');
    expect(config.http.metricsPort).to.equal(9000);
  });

  it('sets nothing for members that are absent or null', () => {
    const env = { PGHOST: 'mine', PGPASSWORD: 'mine', COMPLIANCE_URL: 'http://mine', UNLEASH_URL: 'http://mine' };
    for (const document of [{}, { database: null, endpoints: null, featureFlags: {}, metadata: null, logging: null }]) {
      const config = configOf(document, env);
      expect(config.database).to.include({ host: 'mine', password: 'mine', port: 5432, sslMode: 'prefer', ca: null });
      expect(config).to.deep.include({ complianceUrl: 'http://mine', unleash: { url: 'http://mine', token: '' } });
      expect(config.log.cloudwatch).to.equal(null);
      expect(config.http.metricsPort).to.equal(null);
    }
  });

  it('sets the log level to debug in ephemeral environments', () => {
    const document = { ...DOCUMENT, metadata: { envName: 'env-ephemeral-abc123' } };
    expect(configOf(document, { LOG_LEVEL: 'ERROR' }).log.level).to.equal('debug');
  });

  it('is validated like the environment, and an error names the variable of a member', () => {
    const document = { ...DOCUMENT, database: { ...DOCUMENT.database, port: 0, sslMode: 'tls', rdsCa: 'a-secret' } };
    expect(() => configOf(document))
      .to.throw(ConfigError)
      .with.deep.property('problems', [
        'PGPORT: must be a whole number from 1 to 65535, not "0"',
        'PGSSLMODE: must be disable, allow, prefer, require, verify-ca or verify-full, not "tls"',
        'PGSSLROOTCERT_PEM: must be PEM certificates',
      ]);
  });

  it('is refused where its file is missing or not JSON', () => {
    using directory = createDirectory({ 'cdappconfig.json': 'not JSON' });
    for (const path of ['', directory.file('missing'), directory.file('cdappconfig.json')])
      expect(() => readConfig({ ACG_CONFIG: path })).to.throw(
        `ACG_CONFIG: must be the path of a readable JSON document, not "${path}"`,
      );
  });
});
