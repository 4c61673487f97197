import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  descriptionOf,
  isDraft,
  profilesOf,
  toCustomizations,
} from '../../../packages/distribution-tools/src/oscap/blueprint.ts';

const PROFILE = 'xccdf_org.ssgproject.content_profile_cis';

const BLUEPRINT = `
# Blueprint for CIS
name = "${PROFILE}"
description = "CIS Benchmark"
version = "0.1.65"

[[packages]]
name = "aide"
version = "*"

[[customizations.filesystem]]
mountpoint = "/home"
size = 1073741824

[[groups]]
name = "a group"

[[customizations.filesystem]]
mountpoint = "/var/log"
size = "5 GiB"

[[packages]]
name = "sudo"
version = "1.9"

[customizations]
fips = true

[customizations.kernel]
append = "audit=1 vsyscall=none"

[customizations.services]
enabled = ["crond","firewalld"]
disabled = ["nfs-server"]
masked = ["autofs"]
`;

const openscap = { profile_description: 'D', profile_id: PROFILE, profile_name: 'CIS Benchmark' };
const minimal = (more = ''): string => `name = "x"\ndescription = "CIS Benchmark"\n${more}`;

describe('the customizations of a profile', () => {
  it('are made from its blueprint, in the order of the alphabet', () => {
    const made = toCustomizations(BLUEPRINT, PROFILE, 'D');
    expect(made).to.deep.equal({
      filesystem: [
        { min_size: 1_073_741_824, mountpoint: '/home' },
        { min_size: 5_368_709_120, mountpoint: '/var/log' },
      ],
      fips: { enabled: true },
      kernel: { append: 'audit=1 vsyscall=none' },
      openscap,
      packages: ['aide', 'sudo', 'firewalld'],
      services: { enabled: ['crond', 'firewalld'], masked: ['nfs-server', 'autofs'] },
    });
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort()
                .map(([key, each]) => [key, sorted(each)]),
            )
          : value;
    expect(JSON.stringify(made)).to.equal(JSON.stringify(sorted(made)));
  });

  for (const [title, blueprint, expected] of [
    ['have nothing that the blueprint does not have', minimal(), {}],
    ['leave out what is empty', minimal('packages = []\n[customizations.services]\nenabled = []\n'), {}],
    [
      'list each thing once',
      minimal(
        '[[packages]]\nname = "aide"\n[[packages]]\nname = "aide"\n' +
          '[[customizations.filesystem]]\nmountpoint = "/var"\nsize = 1\n' +
          '[[customizations.filesystem]]\nmountpoint = "/var"\nsize = 2\n' +
          '[customizations.services]\nenabled = ["crond", "crond"]\ndisabled = ["nfs"]\nmasked = ["nfs"]\n',
      ),
      {
        filesystem: [{ min_size: 2, mountpoint: '/var' }],
        packages: ['aide'],
        services: { enabled: ['crond'], masked: ['nfs'] },
      },
    ],
    [
      'have the firewall once',
      minimal('[[packages]]\nname = "firewalld"\n[customizations.services]\nenabled = ["firewalld"]\n'),
      { packages: ['firewalld'], services: { enabled: ['firewalld'] } },
    ],
    [
      'do not have the firewall where it is disabled',
      minimal('[customizations.services]\ndisabled = ["firewalld"]\n'),
      { services: { masked: ['firewalld'] } },
    ],
    ['have a kernel without parameters', minimal('[customizations.kernel]\n'), { kernel: { append: '' } }],
    [
      'have the name of a kernel',
      minimal('[customizations.kernel]\nname = "kernel-rt"\nappend = "a"\n'),
      { kernel: { append: 'a', name: 'kernel-rt' } },
    ],
    ['say that FIPS is off', minimal('[customizations]\nfips = false\n'), { fips: { enabled: false } }],
  ] as const) {
    it(title, () => {
      expect(toCustomizations(blueprint, PROFILE, 'D')).to.deep.equal({ openscap, ...expected });
    });
  }

  for (const [title, blueprint, message] of [
    ['no TOML', 'name = ', /Invalid TOML|unexpected/i],
    ['packages that are no tables', 'packages = ["aide"]', "the blueprint's packages is no list of tables"],
    ['services that are no list', '[customizations.services]\nenabled = "all"', "the blueprint's enabled is no list"],
    [
      'a file system without size',
      '[[customizations.filesystem]]\nmountpoint = "/"',
      "the blueprint's size is no size",
    ],
    [
      'a file system of no size',
      '[[customizations.filesystem]]\nmountpoint = "/"\nsize = 0',
      "the blueprint's size is no size",
    ],
    ['FIPS as a text', '[customizations]\nfips = "yes"', "the blueprint's fips is no boolean"],
  ] as const) {
    it(`are refused from ${title}`, () => {
      expect(() => toCustomizations(blueprint, PROFILE, 'D')).to.throw(message);
    });
  }
});

describe('the output of oscap', () => {
  const INFO = `Document type: Source Data Stream
Profile
\tTitle: CIS
\tId: ${PROFILE}

\tDescription: One line. Description: not again.  Two blanks.
\tOther: line
`;

  it('has the description of a profile in one line', () => {
    expect(descriptionOf(INFO)).to.equal('One line. Description: not again.  Two blanks.');
    expect(descriptionOf('Profile\n\tTitle: CIS\n')).to.equal('');
  });

  it('has the ids of profiles in front of their titles', () => {
    expect(
      profilesOf(`WARNING: something\n${PROFILE}:CIS: a benchmark\nxccdf_org.x_profile_stig_gui:STIG\n`),
    ).to.deep.equal(
      new Map([
        [PROFILE, 'CIS: a benchmark'],
        ['xccdf_org.x_profile_stig_gui', 'STIG'],
      ]),
    );
  });

  it('marks drafts in their titles', () => {
    expect(['DRAFT - CIS', '[DRAFT] CIS', 'Draft: CIS', 'CIS', 'Draftsmanship'].map(isDraft)).to.deep.equal([
      ...[true, true, true],
      ...[false, false],
    ]);
  });
});
