import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { BlueprintContent } from '../../../src/domain/blueprints/content.ts';
import { repairedVersion } from '../../../src/domain/blueprints/repair.ts';
import { parseTailoring } from '../../../src/domain/compliance/tailoring.ts';
import { OTHER_POLICY, POLICY, REQUIRED, TAILORING } from '../compliance/support.ts';
import { guestImageRequest } from '../../support/given.ts';
import { HASH } from './support.ts';

const requirements = parseTailoring(TAILORING);
const policy = { policyId: POLICY, distribution: 'rhel-9.6', requirements };
const openscap = { policy_id: POLICY };

const content = (given: Partial<BlueprintContent> = {}): BlueprintContent => ({
  ...{ distribution: 'rhel-9.6', image_requests: [guestImageRequest], customizations: { openscap } },
  ...given,
});

describe('repairing a blueprint', () => {
  it('adds what is missing, keeps the rest, and records the policy', () => {
    const bootc = { reference: 'registry.test/x' };
    const users = [{ name: 'u', password: HASH }];
    const version = repairedVersion(
      content({ bootc, customizations: { openscap, users, packages: ['mine'] } }),
      policy,
    );
    expect(version).to.deep.equal({
      body: {
        ...{ distribution: 'rhel-9.6', bootc, image_requests: [guestImageRequest] },
        customizations: { ...REQUIRED, openscap, users, packages: ['mine', 'aide'] },
      },
      serviceSnapshots: {
        compliance: { policy_id: POLICY, policy_customizations: { openscap, ...REQUIRED } },
      },
    });
  });

  it('repeats the content of a blueprint that follows no policy', () => {
    const free = content({ customizations: { openscap: { profile_id: 'p' } } });
    expect(repairedVersion(free, null)).to.deep.equal({ body: free, serviceSnapshots: null });
  });

  for (const [what, changed, read] of [
    ['follows another policy by now', content({ customizations: { openscap: { policy_id: OTHER_POLICY } } }), policy],
    ['has another distribution by now', content({ distribution: 'rhel-10.1' }), policy],
    ['follows no policy any more', content({ customizations: {} }), policy],
    ['follows a policy only now', content(), null],
  ] as const) {
    it(`does nothing to a blueprint that ${what}`, () => expect(repairedVersion(changed, read)).to.equal(null));
  }
});
