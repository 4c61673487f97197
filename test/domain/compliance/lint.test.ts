import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Customizations } from '../../../src/domain/compliance/customizations.ts';
import { applyRequirements, lint } from '../../../src/domain/compliance/lint.ts';
import { NO_REQUIREMENTS, requirementsFrom, type Requirements } from '../../../src/domain/compliance/requirements.ts';

const require = (given: Partial<Requirements>): Requirements => ({ ...NO_REQUIREMENTS, ...given });
const services = (given: Partial<Requirements['services']>) =>
  require({ services: { ...NO_REQUIREMENTS.services, ...given } });
const kernel = (name: string | null, ...parameters: string[]) => require({ kernel: { name, parameters } });

const errors = (customizations: Customizations, requirements: Requirements) =>
  lint(customizations, requirements, null).errors.map(({ description }) => description);
const warnings = (recorded: Customizations, requirements: Requirements) =>
  lint({}, requirements, recorded).warnings.map(({ description }) => description);

/** What a policy asks for; customizations that meet it not; the finding; what a fixup makes of them. */
const MISSING: readonly (readonly [string, Requirements, Customizations, string, Customizations])[] = [
  [
    'a package',
    require({ packages: ['aide'] }),
    { packages: ['aide-extra'] },
    'package aide required by policy is not present',
    { packages: ['aide-extra', 'aide'] },
  ],
  [
    'a file system',
    require({ filesystem: [{ mountpoint: '/tmp', min_size: 5 }] }),
    { filesystem: [{ mountpoint: '/tmp/x', min_size: 7 }] },
    'mountpoint /tmp required by policy is not present',
    {
      filesystem: [
        { mountpoint: '/tmp/x', min_size: 7 },
        { mountpoint: '/tmp', min_size: 5 },
      ],
    },
  ],
  [
    'an enabled service',
    services({ enabled: ['auditd'] }),
    { services: { masked: ['auditd'] } },
    'service auditd required as enabled by policy is not present',
    { services: { masked: ['auditd'], enabled: ['auditd'] } },
  ],
  [
    'a masked service',
    services({ masked: ['cups'] }),
    { services: { masked: ['x'] } },
    'service cups required as masked by policy is not present',
    { services: { masked: ['x', 'cups'] } },
  ],
  [
    'a disabled service',
    services({ disabled: ['rpcbind'] }),
    {},
    'service rpcbind required as disabled by policy is not present',
    { services: { disabled: ['rpcbind'] } },
  ],
  [
    'another kernel',
    kernel('kernel-rt'),
    { kernel: { name: 'kernel-debug', append: 'quiet' } },
    'kernel name kernel-rt required by policy not set',
    { kernel: { name: 'kernel-rt', append: 'quiet' } },
  ],
  [
    'a kernel parameter that is only part of another one',
    kernel(null, 'audit=1'),
    { kernel: { append: 'audit=10 x.audit=1' } },
    "kernel command line parameter 'audit=1' required by policy not set",
    { kernel: { append: 'audit=10 x.audit=1 audit=1' } },
  ],
  [
    'a kernel parameter where there is none',
    kernel(null, '-compliance'),
    { kernel: { name: 'k' } },
    "kernel command line parameter '-compliance' required by policy not set",
    { kernel: { name: 'k', append: ' -compliance' } },
  ],
  [
    'FIPS',
    require({ fips: true }),
    { fips: { enabled: false } },
    "FIPS required 'true' by policy but not set",
    { fips: { enabled: true } },
  ],
];

/** What was recorded; what the policy asks for now; the finding. */
const DROPPED: readonly (readonly [string, Customizations, Requirements, string])[] = [
  [
    'a package',
    { packages: ['aide', 'sudo'] },
    require({ packages: ['aide'] }),
    'package sudo is no longer required by policy',
  ],
  [
    'a file system',
    { filesystem: [{ mountpoint: '/tmp', min_size: 1 }] },
    NO_REQUIREMENTS,
    'mountpoint /tmp is no longer required by policy',
  ],
  [
    'a service that is now asked for in another state',
    { services: { enabled: ['cups'] } },
    services({ masked: ['cups'] }),
    'service cups is no longer required as enabled by policy',
  ],
  [
    'a masked service',
    { services: { masked: ['cups'] } },
    NO_REQUIREMENTS,
    'service cups is no longer required as masked by policy',
  ],
  [
    'a disabled service',
    { services: { disabled: ['cups'] } },
    NO_REQUIREMENTS,
    'service cups is no longer required as disabled by policy',
  ],
  [
    'a kernel',
    { kernel: { name: 'kernel-rt' } },
    kernel('kernel'),
    'kernel name kernel-rt is no longer required by policy',
  ],
  [
    'a kernel parameter, though one like it is asked for',
    { kernel: { append: ' audit=1' } },
    kernel(null, 'audit=10'),
    "kernel command line parameter 'audit=1' is no longer required by policy",
  ],
  ['FIPS', { fips: { enabled: true } }, NO_REQUIREMENTS, 'FIPS is no longer required by policy'],
];

describe('lint', () => {
  for (const [what, requirements, customizations, finding, repaired] of MISSING) {
    it(`finds that ${what} is missing, and a fixup adds it`, () => {
      expect(errors(customizations, requirements)).to.deep.equal([finding]);
      expect(applyRequirements(customizations, requirements)).to.deep.equal(repaired);
      expect(errors(repaired, requirements)).to.deep.equal([]);
    });
  }

  for (const [what, recorded, requirements, finding] of DROPPED) {
    it(`finds that ${what} is no longer asked for`, () => {
      expect(warnings(recorded, requirements)).to.deep.equal([finding]);
    });
  }

  it('gives every issue the same name', () => {
    expect(lint({}, require({ fips: true }), { packages: ['aide'] })).to.deep.equal({
      errors: [{ name: 'Compliance', description: "FIPS required 'true' by policy but not set" }],
      warnings: [{ name: 'Compliance', description: 'package aide is no longer required by policy' }],
    });
  });

  it('tells packages first, then file systems, services by state, the kernel, and FIPS', () => {
    const requirements = {
      packages: ['p1', 'p2'],
      filesystem: [{ mountpoint: '/m', min_size: 1 }],
      services: { disabled: ['d'], enabled: ['e1', 'e2'], masked: ['m'] },
      kernel: { name: 'k', parameters: ['a', 'b'] },
      fips: true,
    };
    const named = (list: readonly string[]) =>
      list.map((text) => /\b(p1|p2|\/m|e1|e2|m|d|k|a|b|FIPS)\b/.exec(text)?.[0]);
    const order = ['p1', 'p2', 'm', 'e1', 'e2', 'm', 'd', 'k', 'a', 'b', 'FIPS'];
    expect(named(errors({}, requirements))).to.deep.equal(order);
    expect(named(warnings(applyRequirements({}, requirements), NO_REQUIREMENTS))).to.deep.equal(order);
  });

  it('ignores the size of a file system', () => {
    const requirements = require({ filesystem: [{ mountpoint: '/tmp', min_size: 100 }] });
    const customizations = { filesystem: [{ mountpoint: '/tmp', min_size: 1 }] };
    expect(errors(customizations, requirements)).to.deep.equal([]);
    expect(applyRequirements(customizations, requirements)).to.deep.equal(customizations);
    expect(warnings({ filesystem: [{ mountpoint: '/tmp', min_size: 9 }] }, requirements)).to.deep.equal([]);
  });

  it('finds kernel parameters whatever the blanks between them', () => {
    expect(errors({ kernel: { append: ' \tquiet  audit=1' } }, kernel(null, 'audit=1', 'quiet'))).to.deep.equal([]);
  });

  it('adds all missing kernel parameters', () => {
    expect(applyRequirements({}, kernel(null, 'a', 'b'))).to.deep.equal({ kernel: { append: ' a b' } });
    expect(applyRequirements({ kernel: { append: 'quiet' } }, kernel(null, 'a', 'quiet', 'b'))).to.deep.equal({
      kernel: { append: 'quiet a b' },
    });
  });

  it('has no warnings without recorded requirements', () => {
    expect(lint({}, NO_REQUIREMENTS, null)).to.deep.equal({ errors: [], warnings: [] });
  });

  const word = fc.constantFrom('a', 'b', 'c', 'audit=1', 'audit=10', 'x.audit=1');
  const words = fc.uniqueArray(word, { maxLength: 4 });
  const requirementsArbitrary: fc.Arbitrary<Requirements> = fc.record({
    packages: words,
    filesystem: fc.uniqueArray(fc.record({ mountpoint: word, min_size: fc.nat() }), { selector: (f) => f.mountpoint }),
    services: fc.record({ enabled: words, masked: words, disabled: words }),
    kernel: fc.record({ name: fc.option(word), parameters: words }),
    fips: fc.boolean(),
  });
  const customizationsArbitrary: fc.Arbitrary<Customizations> = fc.record(
    {
      hostname: word,
      packages: words,
      filesystem: fc.array(fc.record({ mountpoint: word, min_size: fc.nat() }), { maxLength: 3 }),
      services: fc.record({ enabled: words, masked: words, disabled: words }, { requiredKeys: [] }),
      kernel: fc.record({ name: word, append: words.map((list) => list.join(' ')) }, { requiredKeys: [] }),
      fips: fc.record({ enabled: fc.boolean() }),
    },
    { requiredKeys: [] },
  );

  it('has no errors after a fixup, which a second one does not change and which removes nothing', () => {
    fc.assert(
      fc.property(customizationsArbitrary, requirementsArbitrary, (customizations, requirements) => {
        const before = structuredClone(customizations);
        const once = applyRequirements(customizations, requirements);
        expect(errors(once, requirements)).to.deep.equal([]);
        expect(applyRequirements(once, requirements)).to.deep.equal(once);
        expect(customizations, 'the input is left alone').to.deep.equal(before);
        expect(once.packages ?? []).to.include.members(customizations.packages ?? []);
        expect(once.hostname).to.equal(customizations.hostname);
      }),
    );
  });

  it('has no warnings as long as the policy stays as it was recorded', () => {
    fc.assert(
      fc.property(requirementsArbitrary, (requirements) => {
        const recorded = applyRequirements({}, requirements);
        expect(warnings(recorded, requirements)).to.deep.equal([]);
        expect(requirementsFrom(recorded)).to.deep.equal(requirements);
      }),
    );
  });
});
