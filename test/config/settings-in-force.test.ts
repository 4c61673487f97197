import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigError, settingsInForce } from '../../src/config/index.ts';
import { VARIABLES } from '../../src/config/variables/index.ts';
import type { Variable } from '../../src/config/variable.ts';
import { createDirectory } from '../domain/distributions/support.ts';

const SECRET = 'a-hidden-value';

/** Secrets of a form that the service accepts. */
const FORMS: Readonly<Record<string, string>> = {
  GLITCHTIP_DSN: `https://${SECRET.replaceAll('-', '')}@host/1`,
  WEBHOOK_SECRET_KEY: Buffer.alloc(32, 'k').toString('base64'),
};

describe('settingsInForce', () => {
  it('has every variable, with its default where it is not set', () => {
    const settings = settingsInForce({ PGHOST: 'db.test', PGPORT: '' });
    expect(Object.keys(settings)).to.deep.equal(Object.keys(VARIABLES));
    expect(settings).to.include({
      PGHOST: 'db.test',
      PGPORT: '5432',
      LISTEN_ADDRESS: 'localhost:8086',
      QUOTA_FILE: '',
    });
  });

  it('has the settings of Clowder and of files', () => {
    using directory = createDirectory({ 'clowder.json': { database: { hostname: 'clowder.test' } }, user: 'me\n' });
    const env = { PGHOST: 'db.test', ACG_CONFIG: directory.file('clowder.json'), PGUSER_FILE: directory.file('user') };
    expect(settingsInForce(env)).to.include({ PGHOST: 'clowder.test', PGUSER: 'me' });
  });

  const secrets = Object.entries<Variable>(VARIABLES).filter(([name, { secret }]) => secret && !name.endsWith('_PEM'));
  for (const [name] of secrets) {
    it(`masks ${name} where it is set`, () => {
      const value = FORMS[name] ?? SECRET;
      const settings = settingsInForce({ [name]: value });
      expect(settings).to.include({ [name]: '[set]' });
      expect(JSON.stringify(settings)).not.to.include(value);
      expect(settingsInForce({})).to.include({ [name]: name === 'PGPASSWORD' ? '[set]' : '' });
    });
  }

  it('shows addresses without the credentials in them', () => {
    const settings = settingsInForce({
      HTTPS_PROXY: `http://me:${SECRET}@proxy.test`,
      http_proxy: `me:${SECRET}@other`,
    });
    expect(settings).to.include({ HTTPS_PROXY: 'http://[set]@proxy.test', HTTP_PROXY: '[set]@other' });
  });

  it('refuses an environment that the service refuses', () => {
    expect(() => settingsInForce({ PGPORT: 'x' })).to.throw(ConfigError, /^PGPORT: /);
  });
});
