// The search for credentials that CI runs on the files of the project.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ROOT } from '../../src/lib/root.ts';
import { createDirectory } from '../domain/distributions/support.ts';

/** Exit code of the search in a file with this text. */
const search = (text: string): number | null => {
  using directory = createDirectory({ 'settings.env': text });
  const options = ['--secretlintrc', join(ROOT, '.secretlintrc.json'), directory.file('settings.env')];
  return spawnSync(join(ROOT, 'node_modules/.bin/secretlint'), options, { cwd: ROOT, stdio: 'ignore' }).status;
};

// Put together here, so that this file has none.
const KEY = ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYzzzzzzzzzKEY'].join('/').slice(0, 40);
const PRIVATE_KEY = `-----BEGIN ${'RSA'} PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA'.repeat(8)}\n-----END ${'RSA'} PRIVATE KEY-----`;

describe('the search for credentials', () => {
  for (const [what, text] of [
    ['an access key of AWS', `AWS_SECRET_ACCESS_KEY=${KEY}`],
    ['a private key', PRIVATE_KEY],
    ['a password in an address', `PROXY=https://user:${'hunter2'}@proxy.example.com`],
  ] as const) {
    it(`finds ${what}`, () => expect(search(text)).to.equal(1));
  }

  it('finds nothing in settings without credentials, and accepts the made-up ones of tests', () => {
    expect(search('PGHOST=localhost\nPROXY=http://user:secret@proxy.test')).to.equal(0);
  });
});
