import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { compareEvr, compareRpmVersions } from '../../../packages/distribution-tools/src/rpm/version.ts';
import { createDirectory } from '../../domain/distributions/support.ts';
import { compareByRpm, needTools } from './rpm-tools.ts';

/** Texts made of what matters in versions: numbers, words, separators and the two signs. */
const version = fc
  .array(fc.constantFrom('0', '1', '2', '10', '007', 'a', 'b', 'Z', 'rc', '.', '_', '+', '~', '^'), {
    minLength: 1,
    maxLength: 7,
  })
  .map((parts) => parts.join(''));
const plain = fc.stringMatching(/^[0-9a-z]+(?:\.[0-9a-z]+){0,3}$/);

describe('the order of RPM versions', () => {
  for (const [older, newer] of [
    ['1.0', '2.0'],
    ['1.9', '1.10'],
    ['1.0', '1.0.1'],
    ['1.0', '1.0a'],
    ['1.0a', '1.0.1'],
    ['1.0a', '1.0b'],
    ['1.0Z', '1.0a'],
    ['abc', '1'],
    ['1.0~rc1', '1.0'],
    ['1.0~rc1', '1.0~rc2'],
    ['1.0~~', '1.0~'],
    ['1.0', '1.0^git1'],
    ['1.0^git1', '1.0.1'],
    ['1.0^git1', '1.01'],
    ['1.0~rc1^git1', '1.0'],
    ['1.0~rc1', '1.0~rc1^git1'],
    ['1.0^git1~pre', '1.0^git1'],
    ['99999999999999999998', '99999999999999999999'],
  ] as const) {
    it(`has ${older} in front of ${newer}`, () => {
      expect([compareRpmVersions(older, newer), compareRpmVersions(newer, older)]).to.deep.equal([-1, 1]);
    });
  }

  for (const [a, b] of [
    ['1.0', '1.0'],
    ['1.0', '1_0'],
    ['1.0', '1..0.'],
    ['1.05', '1.5'],
    ['1.0+', '1.0'],
    ['', ''],
    ['.', ''],
  ] as const) {
    it(`treats ${JSON.stringify(a)} and ${JSON.stringify(b)} as equal`, () => {
      expect(compareRpmVersions(a, b)).to.equal(0);
    });
  }

  it('is an order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareRpmVersions(a, a)).to.equal(0);
        // Not -0: it would be another value.
        expect(compareRpmVersions(a, b) + compareRpmVersions(b, a)).to.equal(0);
        if (compareRpmVersions(a, b) <= 0 && compareRpmVersions(b, c) <= 0) {
          expect(compareRpmVersions(a, c)).to.be.at.most(0);
        }
      }),
    );
  });

  it('has what a tilde begins in front of a version, and what a caret begins behind it', () => {
    fc.assert(
      fc.property(plain, plain, (base, suffix) => {
        expect(compareRpmVersions(`${base}~${suffix}`, base)).to.equal(-1);
        expect(compareRpmVersions(`${base}^${suffix}`, base)).to.equal(1);
        expect(compareRpmVersions(`${base}^${suffix}`, `${base}.${suffix}`)).to.equal(-1);
      }),
    );
  });

  it('is that of rpm', function () {
    needTools(this, 'rpm');
    using directory = createDirectory();
    const pairs = fc.sample(fc.tuple(version, version), 5_000);
    const expected = compareByRpm(directory.path, pairs);
    expect(expected).to.have.length(pairs.length);
    const wrong = pairs.filter(([a, b], index) => compareRpmVersions(a, b) !== expected[index]);
    expect(wrong).to.deep.equal([]);
  });
});

describe('the order of packages', () => {
  const evr = (text: string) => {
    const [, epoch = '', own = '', release = ''] = /^(?:(\d+):)?([^-]*)-(.*)$/.exec(text) ?? [];
    return { epoch, version: own, release };
  };

  for (const [older, newer] of [
    ['0:9.9-9', '1:0.1-1'],
    ['9:1-1', '10:1-1'],
    ['1.0-2', '1.1-1'],
    ['1.0-1', '1.0-2'],
    ['1.0-1.el9', '1.0-1.el9_1'],
    ['1.0-0.1~rc1', '1.0-0.1'],
  ] as const) {
    it(`has ${older} in front of ${newer}`, () => {
      expect([compareEvr(evr(older), evr(newer)), compareEvr(evr(newer), evr(older))]).to.deep.equal([-1, 1]);
    });
  }

  it('takes no epoch for the epoch 0', () => {
    expect(compareEvr(evr('1.0-1'), evr('0:1.0-1'))).to.equal(0);
  });

  it('is that of rpm', function () {
    needTools(this, 'rpm');
    using directory = createDirectory();
    const part = version.filter((text) => /^[^~^]/.test(text));
    const full = fc.tuple(fc.nat(3), part, part).map(([epoch, own, release]) => `${epoch}:${own}-${release}`);
    const pairs = fc.sample(fc.tuple(full, full), 2_000);
    const expected = compareByRpm(directory.path, pairs);
    const wrong = pairs.filter(([a, b], index) => compareEvr(evr(a), evr(b)) !== expected[index]);
    expect(wrong).to.deep.equal([]);
  });
});
