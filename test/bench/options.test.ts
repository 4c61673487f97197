import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readOptions, UsageError } from '../../scripts/bench/options.ts';

describe('options of the benchmark', () => {
  it('are three rounds of three seconds of everything, without any', () => {
    expect(readOptions([])).to.deep.equal({
      ...{ only: null, rounds: 3, seconds: 3, distributions: null, json: null, compare: null, profile: null },
      ...{ env: {}, large: null },
    });
  });

  it('name rows, files and variables of the service', () => {
    const options = readOptions([
      ...['--only', 'version', '--only', 'compose', '--rounds', '5', '--seconds', '10', '--distributions', 'd'],
      ...['--json', 'a.json', '--compare', 'b.json', '--profile', 'p', '--env', 'WORKERS=2', '--env', 'A=b=c'],
    ]);
    expect(options).to.deep.equal({
      ...{ only: ['version', 'compose'], rounds: 5, seconds: 10, distributions: 'd' },
      ...{ json: 'a.json', compare: 'b.json', profile: 'p', env: { WORKERS: '2', A: 'b=c' }, large: null },
    });
  });

  it('ask for an organization with very much, of any size', () => {
    expect(readOptions(['--large']).large).to.deep.equal({ composes: 1_000_000, blueprints: 100_000 });
    expect(readOptions(['--large', '--composes', '50', '--blueprints', '20']).large).to.deep.equal({
      ...{ composes: 50, blueprints: 20 },
    });
  });

  it('know the rows of a large organization only with it', () => {
    expect(readOptions(['--large', '--only', 'composes-deep']).only).to.deep.equal(['composes-deep']);
    expect(() => readOptions(['--only', 'composes-deep'])).to.throw(UsageError, 'composes-deep');
    expect(() => readOptions(['--large', '--only', 'version'])).to.throw(UsageError, 'version');
  });

  for (const args of [
    ['--rounds', '0'],
    ['--seconds', '1.5'],
    ['--rounds', 'x'],
    ['--only', 'nothing'],
    ['--env', 'WORKERS'],
    ['--env', '=x'],
    ['--unknown'],
    ['version'],
  ]) {
    it(`are refused with how they are used: ${args.join(' ')}`, () => {
      expect(() => readOptions(args)).to.throw(UsageError, 'usage: npm run bench');
    });
  }
});
