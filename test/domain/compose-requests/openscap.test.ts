import { expect } from 'chai';
import { describe, it } from 'mocha';
import { hardeningOf, policyParts, profileParts } from '../../../src/domain/compose-requests/openscap.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { refusalOf } from './support.ts';

const POLICY = '12345678-90ab-cdef-1234-567890abcdef';
const openscap = (value: unknown) => value as Customizations['openscap'];

describe('hardening', () => {
  const cases: readonly (readonly [title: string, unknown, unknown])[] = [
    ['none', undefined, null],
    [
      'a profile',
      { profile_id: 'p', profile_name: 'n', profile_description: 'd' },
      { kind: 'profile', profileId: 'p' },
    ],
    ['a policy', { policy_id: POLICY }, { kind: 'policy', policyId: POLICY }],
    ['a policy in capitals', { policy_id: POLICY.toUpperCase() }, { kind: 'policy', policyId: POLICY }],
    [
      'a profile beside a policy that is no text',
      { profile_id: 'p', policy_id: null },
      { kind: 'profile', profileId: 'p' },
    ],
    [
      'a policy beside a profile that is no text',
      { profile_id: 5, policy_id: POLICY },
      { kind: 'policy', policyId: POLICY },
    ],
  ];
  for (const [title, given, expected] of cases) {
    it(`may be ${title}`, () => expect(hardeningOf(openscap(given))).to.deep.equal(expected));
  }

  const noPolicies = ['', 'policy', POLICY.slice(1), `${POLICY}0`, `{${POLICY}}`, `urn:uuid:${POLICY}`, `${POLICY}\n`];
  for (const policy_id of [...noPolicies, POLICY.replaceAll('-', ''), '00000000-0000-0000-0000-000000000000']) {
    it(`refuses ${JSON.stringify(policy_id)} as a policy`, () => {
      expect(refusalOf(() => hardeningOf(openscap({ policy_id })))).to.deep.equal({
        ...{ kind: 'invalid', text: 'customizations.openscap.policy_id must be the UUID of a compliance policy' },
      });
    });
  }

  it('refuses an empty profile', () => {
    expect(refusalOf(() => hardeningOf(openscap({ profile_id: '' })))).to.deep.equal({
      ...{ kind: 'invalid', text: 'customizations.openscap.profile_id must not be empty' },
    });
  });
});

describe('hardening at composer', () => {
  it('is the profile alone', () => {
    expect(profileParts('p')).to.deep.equal({ openscap: { profile_id: 'p' }, directories: [], files: [] });
  });

  it('is the policy with its profile when nothing is tailored', () => {
    expect(policyParts({ policyId: POLICY, profileId: 'p', tailoring: null })).to.deep.equal({
      ...{ openscap: { profile_id: 'p', policy_id: POLICY }, directories: [], files: [] },
    });
  });

  for (const tailoring of ['{"a": 1}\n', '', 'not JSON at all']) {
    it(`brings the tailoring ${JSON.stringify(tailoring)} along as it came`, () => {
      const path = '/etc/osbuild/openscap-tailoring.json';
      expect(policyParts({ policyId: POLICY, profileId: 'p', tailoring })).to.deep.equal({
        openscap: { profile_id: 'p', policy_id: POLICY, json_tailoring: { profile_id: 'p', filepath: path } },
        directories: [{ path: '/etc/osbuild' }],
        files: [{ path, data: tailoring }],
      });
    });
  }
});
