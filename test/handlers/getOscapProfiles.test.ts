import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const PREFIX = 'xccdf_org.ssgproject.content_profile_';
const anssi = ['anssi_bp28_enhanced', 'anssi_bp28_high', 'anssi_bp28_intermediary', 'anssi_bp28_minimal'];
const ccn = ['ccn_advanced', 'ccn_basic', 'ccn_intermediate'];
const cis = ['cis', 'cis_server_l1', 'cis_workstation_l1', 'cis_workstation_l2'];
const common = ['cui', 'e8', 'hipaa', 'ism_o', 'ospp', 'pci-dss', 'stig', 'stig_gui'];

const offered = {
  el8: [...anssi, ...cis, ...common],
  el9: [...anssi, ...ccn, ...cis, ...common],
  el10: [...anssi, ...cis, ...common.filter((name) => !['cui', 'ospp'].includes(name))],
};

const distributions: Readonly<Record<keyof typeof offered, readonly string[]>> = {
  el8: ['rhel-8', 'rhel-8.10', 'rhel-84', 'rhel-89', 'rhel-8-nightly'],
  el9: ['centos-9', 'rhel-9', 'rhel-91', 'rhel-95', 'rhel-9.6', 'rhel-9.8', 'rhel-9-nightly', 'rhel-9.9-nightly'],
  el10: ['rhel-10', 'rhel-10.0', 'rhel-10.2', 'rhel-10-nightly', 'rhel-10.3-nightly'],
};

describe('getOscapProfiles', () => {
  for (const [family, names] of Object.entries(distributions)) {
    it(`offers the profiles of ${family} for ${names.join(', ')}`, async () => {
      await using service = await startService();
      for (const name of names) {
        const reply = await service.as({ entitled: false }).get(`/oscap/${name}/profiles`);
        expect(reply.status, name).to.equal(200);
        expect(reply.body, name).to.deep.equal(
          offered[family as keyof typeof offered].map((profile) => PREFIX + profile),
        );
      }
    });
  }

  for (const name of ['rhel-90', 'centos-10', 'fedora-42', 'hummingbird', 'rhel-10-beta']) {
    it(`has no profiles for ${name}`, async () => {
      await using service = await startService();
      const reply = await service.as().get(`/oscap/${name}/profiles`);
      expect(reply).to.be.refused(400, 'no profile for the specified distribution');
    });
  }

  it('refuses a name that is no distribution', async () => {
    await using service = await startService();
    const reply = await service.as().get('/oscap/windows/profiles');
    expect(reply).to.be.refused(400, /^parameter "distribution" in path has an error: /);
  });
});
