import { expect } from 'chai';
import { describe, it } from 'mocha';
import { accessDistribution, isRestrictedFor, refuseRestricted } from '../../../src/domain/distributions/access.ts';
import type { Distribution } from '../../../src/domain/distributions/registry.ts';
import { distributions, identity, planContext, refusalOf } from '../compose-requests/support.ts';

const distribution = (key: string): Distribution =>
  distributions.find(key, { entitled: true }) ?? expect.fail(`no ${key}`);
const ALLOWED = { orgId: '000001' };

const NOT_THERE = { kind: 'invalid', text: 'distribution not available' };
const NOT_ALLOWED = {
  kind: 'forbidden',
  text: "This account's organization is not authorized to build fedora-42 images",
};

describe('access to a distribution', () => {
  for (const [key, caller, restricted] of [
    ['rhel-9.6', {}, false],
    ['centos-9', {}, false],
    ['fedora-42', {}, true],
    ['fedora-42', ALLOWED, false],
  ] as const) {
    it(`is ${restricted ? '' : 'not '}restricted for ${key} and organization ${identity(caller).orgId}`, () => {
      expect(isRestrictedFor(planContext, distribution(key), identity(caller))).to.equal(restricted);
      const refuse = () => refuseRestricted(planContext, distribution(key), identity(caller));
      if (restricted) expect(refusalOf(refuse)).to.deep.equal(NOT_ALLOWED);
      else expect(refuse).to.not.throw();
    });
  }

  for (const [key, caller] of [
    ['rhel-9.6', {}],
    ['rhel-9', {}],
    ['centos-9', { entitled: false }],
    ['fedora-42', ALLOWED],
    ['fedora-42', { ...ALLOWED, entitled: false }],
  ] as const) {
    it(`is granted to ${key} for ${JSON.stringify(caller)}`, () => {
      expect(accessDistribution(planContext, key, identity(caller)).key).to.equal(key);
    });
  }

  for (const [key, caller, refusal] of [
    ['rhel-9.7', {}, NOT_THERE],
    ['', {}, NOT_THERE],
    ['rhel-9.6', { entitled: false }, NOT_THERE],
    ['rhel-9', { entitled: false }, NOT_THERE],
    ['fedora-42', {}, NOT_ALLOWED],
    ['fedora-42', { entitled: false }, NOT_ALLOWED],
  ] as const) {
    it(`is refused to ${JSON.stringify(key)} for ${JSON.stringify(caller)}`, () => {
      expect(refusalOf(() => accessDistribution(planContext, key, identity(caller)))).to.deep.equal(refusal);
    });
  }

  it('is decided by the canonical name of a distribution, not by its alias', () => {
    const alias = { ...distribution('fedora-42'), key: 'fedora' };
    const ctx = { ...planContext, allowList: { allows: (_org: string, name: string) => name === 'fedora-42' } };
    expect(isRestrictedFor(ctx, alias, identity())).to.equal(false);
  });
});
