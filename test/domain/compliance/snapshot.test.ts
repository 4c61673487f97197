import { expect } from 'chai';
import { describe, it } from 'mocha';
import { recordedCustomizations, takeSnapshot } from '../../../src/domain/compliance/snapshot.ts';
import { parseTailoring } from '../../../src/domain/compliance/tailoring.ts';
import { NIL_UUID } from '../../../src/lib/uuid.ts';
import { POLICY, REQUIRED, TAILORING } from './support.ts';

const openscap = { policy_id: POLICY };

describe('the record of a policy', () => {
  it('contains the requirements of the policy and nothing else of the blueprint', () => {
    const customizations = { openscap, packages: ['mine'], kernel: { append: 'quiet' }, hostname: 'h' };
    const snapshot = takeSnapshot(POLICY, customizations, parseTailoring(TAILORING));
    expect(snapshot).to.deep.equal({
      compliance: { policy_id: POLICY, policy_customizations: { openscap, ...REQUIRED } },
    });
    expect(recordedCustomizations(snapshot)).to.deep.equal({ openscap, ...REQUIRED });
  });

  for (const stored of [
    null,
    {},
    { compliance: null },
    { compliance: { policy_id: POLICY } },
    { compliance: { policy_id: NIL_UUID, policy_customizations: { openscap: { profile_id: 'p' }, packages: ['x'] } } },
  ]) {
    it(`is none: ${JSON.stringify(stored)}`, () => expect(recordedCustomizations(stored)).to.equal(null));
  }
});
