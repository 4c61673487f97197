import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readOptions, UsageError } from '../../scripts/bench/options.ts';

const DEFAULTS = {
  ...{ only: null, rounds: 3, seconds: 3, connections: null, organizations: 500, logLevels: ['INFO'] },
  ...{ oneTenant: false, peer: null, postgres: null, idle: 10, distributions: null, json: null, compare: null },
  ...{ profile: null, env: {}, large: null, follow: 150 },
};

describe('the options of the benchmark', () => {
  it('are three rounds of three seconds of a fleet of 500 organizations, without any', () => {
    expect(readOptions([])).to.deep.equal(DEFAULTS);
  });

  it('name rows, files and variables of the service', () => {
    const options = readOptions([
      ...['--only', 'version', '--only', 'compose', '--rounds', '5', '--seconds', '10', '--distributions', 'd'],
      ...['--json', 'a.json', '--compare', 'b.json', '--profile', 'p', '--env', 'WORKERS=2', '--env', 'A=b=c'],
    ]);
    expect(options).to.deep.equal({
      ...DEFAULTS,
      ...{ only: ['version', 'compose'], rounds: 5, seconds: 10, distributions: 'd' },
      ...{ json: 'a.json', compare: 'b.json', profile: 'p', env: { WORKERS: '2', A: 'b=c' } },
    });
  });

  it('name what the fleet is, and what it is measured beside', () => {
    const options = readOptions([
      ...['--connections', '1', '--connections', '32', '--organizations', '20000', '--one-tenant', '--idle', '30'],
      ...['--log-level', 'INFO', '--log-level', 'ERROR', '--peer', 'exec other', '--postgres', 'postgres://me@db:5433'],
    ]);
    const { postgres, ...others } = options;
    expect(others).to.deep.include({
      ...{ connections: [1, 32], organizations: 20_000, oneTenant: true, idle: 30 },
      ...{ logLevels: ['INFO', 'ERROR'], peer: 'exec other' },
    });
    expect([postgres?.hostname, postgres?.port, postgres?.username]).to.deep.equal(['db', '5433', 'me']);
  });

  it('may leave composes unfollowed', () => {
    expect(readOptions(['--follow', '0']).follow).to.equal(0);
    expect(() => readOptions(['--follow', '-1'])).to.throw(UsageError);
  });

  it('name the size of a large organization', () => {
    expect(readOptions(['--large']).large).to.deep.equal({ composes: 1_000_000, blueprints: 100_000 });
    expect(readOptions(['--large', '--composes', '50', '--blueprints', '20']).large).to.deep.equal({
      ...{ composes: 50, blueprints: 20 },
    });
  });

  it('accept the rows of a large organization only with it', () => {
    expect(readOptions(['--large', '--only', 'composes-deep']).only).to.deep.equal(['composes-deep']);
    expect(() => readOptions(['--only', 'composes-deep'])).to.throw(UsageError, 'composes-deep');
    expect(() => readOptions(['--large', '--only', 'version'])).to.throw(UsageError, 'version');
  });

  for (const args of [
    ['--rounds', '0'],
    ['--seconds', '1.5'],
    ['--rounds', 'x'],
    ['--connections', '1,4'],
    ['--only', 'nothing'],
    ['--env', 'WORKERS'],
    ['--env', '=x'],
    ['--log-level', 'DEBUG'],
    ['--large', '--peer', 'other'],
    ['--postgres', 'localhost'],
    ['--postgres', 'http://localhost'],
    ['--unknown'],
    ['version'],
  ]) {
    it(`are refused with a usage text: ${args.join(' ')}`, () => {
      expect(() => readOptions(args)).to.throw(UsageError, 'usage: npm run bench');
    });
  }
});
