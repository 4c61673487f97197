import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDirectory } from '../domain/distributions/support.ts';
import { startService } from '../support/service.ts';

const BUILT_IN = join(import.meta.dirname, '../../distributions');
const PREFIX = 'xccdf_org.ssgproject.content_profile_';
const NONE = 'no profile for the specified distribution';
const anssi = ['anssi_bp28_enhanced', 'anssi_bp28_high', 'anssi_bp28_intermediary', 'anssi_bp28_minimal'];
const ccn = ['ccn_advanced', 'ccn_basic', 'ccn_intermediate'];
const cis = ['cis', 'cis_server_l1', 'cis_workstation_l1', 'cis_workstation_l2'];
const common = ['e8', 'hipaa', 'ism_o', 'pci-dss', 'stig', 'stig_gui'];

// The content for RHEL 9 has cui as a draft only.
const offered = {
  el8: [...anssi, ...cis, ...common, 'cui', 'ospp'].sort(),
  el9: [...anssi, ...ccn, ...cis, ...common, 'ospp'].sort(),
  el10: [...anssi, ...cis, ...common].sort(),
  fedora: ['ospp', 'pci-dss', 'standard'],
};

const distributions: Readonly<Record<keyof typeof offered, readonly string[]>> = {
  el8: ['rhel-8', 'rhel-8.10', 'rhel-87', 'rhel-89', 'rhel-8-nightly'],
  el9: ['centos-9', 'rhel-9', 'rhel-91', 'rhel-95', 'rhel-9.6', 'rhel-9.8', 'rhel-9-nightly', 'rhel-9.9-nightly'],
  el10: ['centos-10', 'rhel-10', 'rhel-10.0', 'rhel-10.2', 'rhel-10-nightly', 'rhel-10.3-nightly'],
  fedora: ['fedora-37', 'fedora-42', 'fedora-45'],
};

describe('getOscapProfiles', () => {
  for (const [family, names] of Object.entries(distributions)) {
    it(`offers the profiles of ${family} for ${names.join(', ')}`, async () => {
      await using service = await startService({ env: { DISTRIBUTIONS_DIR: BUILT_IN } });
      for (const name of names) {
        const reply = await service.as({ entitled: false }).get(`/oscap/${name}/profiles`);
        expect(reply.status, name).to.equal(200);
        expect(reply.body, name).to.deep.equal(
          offered[family as keyof typeof offered].map((profile) => PREFIX + profile),
        );
      }
    });
  }

  // Composer refuses security profiles for the first four.
  for (const name of ['rhel-84', 'rhel-85', 'rhel-86', 'rhel-90', 'hummingbird']) {
    it(`has no profiles for ${name}`, async () => {
      await using service = await startService({ env: { DISTRIBUTIONS_DIR: BUILT_IN } });
      const reply = await service.as().get(`/oscap/${name}/profiles`);
      expect(reply).to.be.refused(400, NONE);
    });
  }

  it('lists only profiles whose customizations the service answers, for every built-in distribution', async function () {
    this.timeout(60_000);
    await using service = await startService({ env: { DISTRIBUTIONS_DIR: BUILT_IN } });
    const client = service.as();
    let count = 0;
    for (const name of readdirSync(BUILT_IN)) {
      const { status, body } = await client.get(`/oscap/${name}/profiles`);
      if (status === 400) continue;
      for (const profile of body as string[]) {
        const reply = await client.get(`/oscap/${name}/${profile}/customizations`);
        expect(reply.status, `${name} ${profile}`).to.equal(200);
        expect(reply.body.openscap.profile_id).to.equal(profile);
        count += 1;
      }
    }
    expect(count).to.be.greaterThan(400);
  });

  it('leaves out a profile whose customizations cannot be used, and a directory that is no profile', async () => {
    using directory = createDirectory({
      'centos-9/centos-9.json': { distribution: { name: 'centos-9', no_package_list: true }, x86_64: {} },
      [`centos-9/oscap/${PREFIX}cis/customizations.json`]: { openscap: { profile_id: `${PREFIX}cis` } },
      [`centos-9/oscap/${PREFIX}stig/customizations.json`]: '{',
      [`centos-9/oscap/${PREFIX}e8/customizations.json`]: { packages: ['aide'] },
      [`centos-9/oscap/${PREFIX}other/customizations.json`]: { openscap: { profile_id: `${PREFIX}other` } },
    });
    await using service = await startService({ env: { DISTRIBUTIONS_DIR: directory.path } });
    const reply = await service.as().get('/oscap/centos-9/profiles');
    expect(reply.body).to.deep.equal([`${PREFIX}cis`]);
    expect(await service.as().get('/oscap/rhel-9/profiles')).to.be.refused(400, NONE);
  });

  it('rejects an unknown distribution', async () => {
    await using service = await startService();
    const reply = await service.as().get('/oscap/windows/profiles');
    expect(reply).to.be.refused(400, /^parameter "distribution" in path has an error: /);
  });
});
