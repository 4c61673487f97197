import { expect } from 'chai';
import { describe, it } from 'mocha';
import { toComposerRequest, type ComposeInputs } from '../../../src/domain/compose-requests/composer-request.ts';
import type { ComposerRequest, Customizations } from '../../../src/domain/compose-requests/types.ts';
import { composeRequest, gcpImage, NO_INPUTS, planOf, settings } from './support.ts';

const POLICY = '12345678-90ab-cdef-1234-567890abcdef';
const BLUEPRINT = '22345678-90ab-cdef-1234-567890abcdef';
const BOOTC = { reference: 'registry.test/rhel-9' };
const SUBSCRIPTION: Customizations['subscription'] = {
  ...{ organization: 1, 'activation-key': 'k', 'server-url': 's', 'base-url': 'b', insights: true },
};

interface Facts {
  readonly repositories?: Partial<ComposeInputs['repositories']>;
  readonly policy?: ComposeInputs['policy'];
  readonly sourceAccounts?: readonly string[];
}

const requestOf = (
  parts: Parameters<typeof planOf>[0],
  inputs: Facts = {},
  blueprintId: string | null = null,
): ComposerRequest => {
  const { repositories, ...others } = inputs;
  const all = { ...NO_INPUTS, ...others, repositories: { ...NO_INPUTS.repositories, ...repositories } };
  return toComposerRequest(planOf(parts), all, settings, blueprintId);
};

describe('the request that composer gets', () => {
  it('has the required members only for a plain image', () => {
    expect(requestOf({})).to.deep.equal({
      distribution: 'rhel-9.6',
      image_request: {
        ...{ architecture: 'x86_64', image_type: 'guest-image', repositories: [] },
        upload_options: { region: 'us-east-1' },
      },
    });
  });

  it('has all members for a full request', () => {
    const image = {
      ...gcpImage,
      architecture: 'aarch64' as const,
      size: 0,
      ostree: { url: 'u', ref: 'r', rhsm: true },
    };
    const repositories = [{ baseurl: 'http://r.test', rhsm: false }];
    expect(
      requestOf({ image, customizations: { packages: ['vim'] } }, { repositories: { image: repositories } }, BLUEPRINT),
    ).to.deep.equal({
      ...{ distribution: 'rhel-9.6', customizations: { packages: ['vim'] }, blueprint_id: BLUEPRINT },
      image_request: {
        ...{ architecture: 'aarch64', image_type: 'gcp', repositories, size: 0 },
        upload_options: { region: 'us-east4', bucket: 'bucket', share_with_accounts: ['user:jane@example.test'] },
        ostree: { url: 'u', ref: 'r', rhsm: true },
      },
    });
  });

  it('does not name, describe or attribute the image', () => {
    const sent = requestOf({ image_name: 'n', image_description: 'd', client_id: 'ui' });
    expect(sent).to.deep.equal(requestOf({}));
  });

  for (const [distribution, name] of [
    ['rhel-9.6', 'rhel-9.6'],
    ['rhel-9', 'rhel-9.6'],
    ['rhel-95', 'rhel-9.5'],
    ['rhel-9-beta', 'rhel-9'],
    ['centos-9', 'centos-9'],
  ] as const) {
    it(`names ${name} for ${distribution}`, () => {
      expect(requestOf({ distribution }).distribution).to.equal(name);
    });
  }

  it('names the distribution that was detected in the pinned content', () => {
    const detected = { nameAtComposer: 'rhel-94', version: { major: 9, minor: 4 } };
    expect(requestOf({}, { repositories: { detected } }).distribution).to.equal('rhel-94');
  });

  for (const bootc of [BOOTC, { reference: 'registry.test/iso', iso_payload_reference: 'registry.test/a' }]) {
    it(`has the container ${JSON.stringify(bootc)} in place of a distribution`, () => {
      const sent = requestOf({
        bootc,
        image: { image_type: 'bootable-container-iso' },
        customizations: { users: [{ name: 'u' }] },
      });
      expect(sent).to.not.have.property('distribution');
      expect(sent.bootc).to.deep.equal(bootc);
      expect(sent.image_request?.repositories).to.deep.equal([]);
      expect(sent.customizations).to.deep.equal({ users: [{ name: 'u' }] });
    });
  }

  for (const ostree of [{}, { url: 'u', contenturl: 'c', ref: 'r', parent: 'p', rhsm: false }]) {
    it(`has the commit ${JSON.stringify(ostree)} as it was given`, () => {
      expect(requestOf({ image: { ostree } }).image_request?.ostree).to.deep.equal(ostree);
    });
  }

  it('contains the accounts of the sources', () => {
    const image = {
      image_type: 'aws' as const,
      upload_request: { type: 'aws' as const, options: { share_with_accounts: ['1'] } },
    };
    const sent = requestOf({ image }, { sourceAccounts: ['2', '1'] });
    expect(sent.image_request?.upload_options).to.deep.equal({
      region: 'us-east-1',
      share_with_accounts: ['1', '2', '1'],
    });
  });

  it('has customizations for the repositories of a template, though there were none', () => {
    const payload = [{ baseurl: 'http://p.test', rhsm: false }];
    expect(requestOf({}, { repositories: { payload } }).customizations).to.deep.equal({
      payload_repositories: payload,
    });
  });
});

describe('the hardening that composer gets', () => {
  it('is a profile', () => {
    const customizations = { openscap: { profile_id: 'p', profile_name: 'n' } };
    expect(requestOf({ customizations }).customizations?.openscap).to.deep.equal({ profile_id: 'p' });
  });

  it('is a policy with its profile and tailoring', () => {
    const customizations = { openscap: { policy_id: POLICY } };
    const policy = { policyId: POLICY, profileId: 'p', tailoring: '{}' };
    const sent = requestOf({ customizations }, { policy }).customizations;
    expect(sent?.openscap).to.include({ policy_id: POLICY, profile_id: 'p' });
    expect(sent?.files).to.have.lengthOf(1);
  });

  for (const [distribution, enabled] of [
    ['rhel-9.6', ['rhcd']],
    ['rhel-9-beta', ['rhcd']],
    ['rhel-10.1', undefined],
    ['centos-9', undefined],
  ] as const) {
    it(`${enabled ? 'enables' : 'does not enable'} rhcd in ${distribution} that reports to Insights`, () => {
      const customizations = { subscription: SUBSCRIPTION, openscap: { profile_id: 'p' } };
      expect(requestOf({ distribution, customizations }).customizations?.services?.enabled).to.deep.equal(enabled);
    });
  }

  it('does not enable rhcd in image mode', () => {
    const customizations = { subscription: SUBSCRIPTION, openscap: { profile_id: 'p' } } as Customizations;
    expect(requestOf({ bootc: BOOTC, customizations }).customizations).to.not.have.property('services');
  });
});

describe('the subscription that composer gets', () => {
  const template = { content_template: 'uuid', content_template_name: 'name' };
  const BY_UUID = { template_uuid: 'uuid', patch_url: settings.patchUrl };
  const subscriptionOf = (parts: Parameters<typeof planOf>[0], repositories: Facts['repositories'] = {}) =>
    requestOf({ ...parts, customizations: { subscription: SUBSCRIPTION } }, { repositories }).customizations
      ?.subscription;

  it('names the template to a version that knows names', () => {
    expect(subscriptionOf({ image: template }))
      .to.include({ template_name: 'name' })
      .and.to.not.have.any.keys(Object.keys(BY_UUID));
  });

  for (const distribution of ['rhel-95', 'rhel-9-beta', 'centos-9'] as const) {
    it(`identifies the template to ${distribution}`, () => {
      expect(subscriptionOf({ distribution, image: template }))
        .to.include(BY_UUID)
        .and.to.not.have.property('template_name');
    });
  }

  it('depends on the version of the pinned content, not on the requested one', () => {
    const detected = { nameAtComposer: 'rhel-94', version: { major: 9, minor: 4 } };
    expect(subscriptionOf({ image: template }, { detected })).to.include(BY_UUID);
    const newer = { nameAtComposer: 'rhel-9.6', version: { major: 9, minor: 6 } };
    expect(subscriptionOf({ distribution: 'rhel-94', image: template }, { detected: newer })).to.include({
      template_name: 'name',
    });
  });

  it('does not name the template in image mode', () => {
    expect(subscriptionOf({ bootc: BOOTC, image: template })).to.not.have.any.keys(
      'template_name',
      ...Object.keys(BY_UUID),
    );
  });

  it('enables the content sets of the labels', () => {
    expect(subscriptionOf({}, { labels: ['baseos', 'crb', ''] })?.content_sets).to.deep.equal(['crb']);
    expect(subscriptionOf({}, { labels: ['baseos'] })).to.not.have.property('content_sets');
  });

  it('is absent without one, whatever the labels', () => {
    expect(requestOf({ customizations: {} }, { repositories: { labels: ['crb'] } }).customizations).to.deep.equal({});
  });
});

describe('translating a request', () => {
  it('does not change the request, which is stored unchanged', () => {
    const request = composeRequest({
      image: gcpImage,
      customizations: {
        ...({
          services: { enabled: ['a'] },
          openscap: { profile_id: 'p' },
          subscription: SUBSCRIPTION,
        } as Customizations),
        files: [{ path: '/f', data: 'QQ==', data_encoding: 'base64' }],
        ...{ cacerts: { pem_certs: ['x'] }, payload_repositories: [{ rhsm: false, baseurl: 'http://p.test' }] },
        aap_registration: { ansible_callback_url: 'u', host_config_key: 'k', tls_certificate_authority: 'c' },
      },
    });
    const before = structuredClone(request);
    const { image_requests, ...parts } = request;
    const plan = planOf({ ...parts, image: image_requests[0] as never });
    toComposerRequest(plan, NO_INPUTS, settings, null);
    expect(request).to.deep.equal(before);
  });
});
