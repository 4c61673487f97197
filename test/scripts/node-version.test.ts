import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const ROOT = join(import.meta.dirname, '../..');
const CHECK = './scripts/node-version.cjs';

/** Loads the check in a process that claims to be another version of Node. */
const loadWith = (version: string) =>
  spawnSync(
    process.execPath,
    ['-e', `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('${CHECK}')`],
    { cwd: ROOT, encoding: 'utf8' },
  );

describe('the check of the Node version', () => {
  it('ends a program on an older Node with one line that names the remedy', () => {
    const { status, stderr } = loadWith('20.20.2');
    expect(status).to.equal(1);
    expect(stderr.trimEnd().split('\n')).to.have.lengthOf(1);
    expect(stderr).to.include('26').and.to.include('20.20.2').and.to.include('npm ci');
  });

  it('accepts the wanted version and later ones', () => {
    for (const version of ['26.0.0', '27.1.0']) expect(loadWith(version).status, version).to.equal(0);
  });

  it('runs before every program of an npm script', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const programs = Object.entries(scripts).filter(([, command]) => /\bnode\b/.test(command));
    expect(programs).to.have.length.above(20);
    for (const [name, command] of programs)
      expect(command, name).to.match(/^(exec )?node -r \.\/scripts\/node-version\.cjs /);
  });
});
