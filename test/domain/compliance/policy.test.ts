import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compliance/customizations.ts';
import { policyIdOf, refuseMalformedPolicy } from '../../../src/domain/compliance/policy.ts';
import { NIL_UUID } from '../../../src/lib/ids.ts';
import { POLICY } from './support.ts';

const customizations = (openscap: object): Customizations => ({ openscap: openscap as { policy_id: string } });

describe('the policy of a blueprint', () => {
  it('is what openscap names, in lower case', () => {
    expect(policyIdOf(customizations({ policy_id: POLICY.toUpperCase() }))).to.equal(POLICY);
  });

  for (const openscap of [
    { profile_id: 'p' },
    { profile_id: 'p', policy_id: null },
    { profile_id: 'p', policy_id: 5 },
    { policy_id: NIL_UUID },
    { policy_id: 'x' },
    {},
  ]) {
    it(`is none: ${JSON.stringify(openscap)}`, () => expect(policyIdOf(customizations(openscap))).to.equal(null));
  }

  it('is none without openscap', () => expect(policyIdOf({})).to.equal(null));

  for (const policyId of ['', 'x', POLICY.replaceAll('-', ''), `{${POLICY}}`, `urn:uuid:${POLICY}`]) {
    it(`is refused when it is no id: ${JSON.stringify(policyId)}`, () => {
      expect(() => refuseMalformedPolicy(customizations({ policy_id: policyId }))).to.throw(
        'customizations.openscap.policy_id must be a UUID',
      );
    });
  }

  for (const openscap of [{ policy_id: POLICY }, { policy_id: NIL_UUID }, { profile_id: 'p', policy_id: null }]) {
    it(`is taken: ${JSON.stringify(openscap)}`, () => {
      expect(() => refuseMalformedPolicy(customizations(openscap))).not.to.throw();
    });
  }
});
