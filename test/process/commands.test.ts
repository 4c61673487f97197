// The commands of the program beside the service, as an operator runs them.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDirectory } from '../domain/distributions/support.ts';
import { runProgram } from './support.ts';

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runProgram('src/main.ts', { args, env });

describe('config --check', () => {
  it('accepts a configuration that the service can start with', async () => {
    using directory = createDirectory({ 'quota.json': { default: { quota: 1, slidingWindow: 1 } }, 'allow.json': {} });
    const files = { QUOTA_FILE: directory.file('quota.json'), ALLOW_FILE: directory.file('allow.json') };
    expect(await run(['config', '--check'], files)).to.deep.include({
      ...{ code: 0, stdout: 'the configuration can be used\n', stderr: '' },
    });
  });

  it('names every file that cannot be used, by its variable', async () => {
    using directory = createDirectory({ 'quota.json': '{', 'limits.json': { default: { reads: 5 } } });
    const { code, stderr, stdout } = await run(['config', '--check'], {
      QUOTA_FILE: directory.file('quota.json'),
      RATE_LIMIT_FILE: directory.file('limits.json'),
      DISTRIBUTIONS_DIR: directory.file('missing'),
    });
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).to.have.members([...['QUOTA_FILE', 'RATE_LIMIT_FILE', 'DISTRIBUTIONS_DIR']]);
    expect(stderr).to.include(`RATE_LIMIT_FILE: ${directory.file('limits.json')}: /default/reads: must be null`);
  });

  it('names an unusable setting of the maintenance, too', async () => {
    const { code, stderr } = await run(['config', '--check'], { DB_COMPOSES_RETENTION_MONTHS: 'never' });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^DB_COMPOSES_RETENTION_MONTHS: must be /);
  });

  it('fails for a variable that looks misspelt: its setting would not be in force', async () => {
    const { code, stderr } = await run(['config', '--check'], { QUOTA_FILES: '/etc/quotas.json' });
    expect({ code, stderr }).to.deep.equal({
      ...{ code: 1, stderr: 'QUOTA_FILES has no effect: use QUOTA_FILE if it is misspelt\n' },
    });
  });
});

describe('the program', () => {
  it('names its commands where it does not have the one that it was given', async () => {
    expect(await run(['deploy'])).to.include({
      code: 2,
      stderr: 'usage: main [serve | migrate | maintenance | config]\n',
    });
  });
});
