import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadLocalEnv } from '../../src/config/index.ts';
import { createDirectory } from '../domain/distributions/support.ts';

describe('loadLocalEnv', () => {
  it('returns the environment alone where the directory has no local.env', () => {
    using directory = createDirectory();
    const env = { PGHOST: 'db.test' };
    expect(loadLocalEnv(directory.path, env)).to.equal(env);
  });

  it('adds the settings of local.env, and prefers variables that are set, empty ones included', () => {
    using directory = createDirectory();
    directory.write(
      'local.env',
      [
        '# a comment',
        'PGHOST=file.test',
        'export PGDATABASE=images # a comment behind the value',
        'PGUSER=',
        `COMPOSER_CLIENT_SECRET='a # b'`,
        'CHANNEL="two\\nlines"',
        'WEBHOOK_SECRET_KEY=aGVsbG8=',
      ].join('\n'),
    );
    expect(loadLocalEnv(directory.path, { PGHOST: 'db.test', CHANNEL: '' })).to.deep.equal({
      ...{ PGHOST: 'db.test', PGDATABASE: 'images', PGUSER: '', CHANNEL: '' },
      ...{ COMPOSER_CLIENT_SECRET: 'a # b', WEBHOOK_SECRET_KEY: 'aGVsbG8=' },
    });
  });

  it('refuses a local.env that is not readable', () => {
    using directory = createDirectory();
    directory.write('local.env/a-file', '');
    expect(() => loadLocalEnv(directory.path, {})).to.throw('local.env is not readable');
  });
});
