import { expect } from 'chai';
import { describe, it } from 'mocha';
import { needsRhcd, withEnabled } from '../../../src/domain/compose-requests/customizations.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';

type Services = NonNullable<Customizations['services']>;

describe('services', () => {
  const cases: readonly (readonly [Services | undefined, readonly string[], Services | undefined])[] = [
    [undefined, [], undefined],
    [{}, [], {}],
    [{ disabled: ['a'] }, [], { disabled: ['a'] }],
    [undefined, ['x'], { enabled: ['x'] }],
    [{}, ['x'], { enabled: ['x'] }],
    [{ enabled: ['a'], masked: ['m'] }, ['x', 'y'], { enabled: ['a', 'x', 'y'], masked: ['m'] }],
    [{ enabled: ['x', 'a'] }, ['x'], { enabled: ['x', 'a'] }],
    [{ enabled: ['a'] }, ['x', 'x'], { enabled: ['a', 'x'] }],
    [{ masked: ['x'] }, ['x'], { masked: ['x'], enabled: ['x'] }],
  ];
  for (const [given, added, expected] of cases) {
    it(`${JSON.stringify(given)} with ${JSON.stringify(added)} enabled are ${JSON.stringify(expected)}`, () => {
      const before = structuredClone(given);
      expect(withEnabled(given, added)).to.deep.equal(expected);
      expect(given, 'the given ones are not changed').to.deep.equal(before);
    });
  }
});

describe('rhcd', () => {
  const subscription = (insights: boolean): Customizations['subscription'] => ({
    ...{ organization: 1, 'activation-key': '', 'server-url': '', 'base-url': '', rhc: true, insights },
  });
  const openscap = { profile_id: 'p' };
  const both: Customizations = { subscription: subscription(true), openscap } as Customizations;
  const cases: readonly (readonly [title: string, Customizations, major: number | null, boolean])[] = [
    ['hardened RHEL 8 that reports to Insights', both, 8, true],
    ['hardened RHEL 9 that reports to Insights', both, 9, true],
    ['RHEL 9 with a policy', { ...both, openscap: { policy_id: 'p' } }, 9, true],
    ['RHEL 10, which connects without it', both, 10, false],
    ['RHEL 11, which connects without it', both, 11, false],
    ['another system', both, null, false],
    ['RHEL that is not hardened', { subscription: subscription(true) } as Customizations, 9, false],
    ['RHEL that does not report', { subscription: subscription(false), openscap } as Customizations, 9, false],
    ['RHEL that is not registered', { openscap }, 9, false],
    ['an image without customizations', {}, 9, false],
  ];
  for (const [title, customizations, major, expected] of cases) {
    it(`is ${expected ? '' : 'not '}needed by ${title}`, () => {
      expect(needsRhcd(customizations, major)).to.equal(expected);
    });
  }
});
