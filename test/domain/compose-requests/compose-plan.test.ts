import { expect } from 'chai';
import { describe, it } from 'mocha';
import { planCompose } from '../../../src/domain/compose-requests/compose-plan.ts';
import type { ComposeRequest, Customizations } from '../../../src/domain/compose-requests/types.ts';
import { composeRequest, gcpImage, identity, planContext, planOf, refusalOf } from './support.ts';

const POLICY = '12345678-90ab-cdef-1234-567890abcdef';
const BOOTC = { reference: 'registry.test/rhel-9' };
const PAYLOAD: Customizations = { payload_repositories: [{ rhsm: false, baseurl: 'http://p.test' }] };
const CUSTOM: Customizations = { custom_repositories: [{ id: 'c' }] };

describe('the plan of a compose', () => {
  it('contains everything that follows from the request alone', () => {
    const plan = planOf({ image: gcpImage, customizations: { packages: ['vim'] } });
    expect(plan).to.include({ imageType: 'gcp', rhelMajor: 9, hardening: null, policy: null, aap: null });
    expect(plan.image).to.deep.equal(gcpImage);
    expect(plan.source.mode).to.equal('package');
    expect(plan.content).to.deep.equal({ kind: 'latest' });
    expect(plan.upload.type).to.equal('gcp');
  });

  for (const [distribution, major] of [
    ['rhel-9', 9],
    ['rhel-9-beta', 9],
    ['rhel-8.10', 8],
    ['rhel-10.1', 10],
    ['centos-9', null],
  ] as const) {
    it(`knows that ${distribution} is ${major === null ? 'no RHEL' : `RHEL ${major}`}`, () => {
      expect(planOf({ distribution }).rhelMajor).to.equal(major);
    });
  }

  it('knows no RHEL in image mode', () => expect(planOf({ bootc: BOOTC }).rhelMajor).to.equal(null));
});

describe('the content mode of a compose', () => {
  const template = { content_template: 'id', content_template_name: 'n' };
  const cases: readonly (readonly [title: string, Parameters<typeof planOf>[0], object])[] = [
    ['nothing', {}, { kind: 'latest' }],
    ['a name of a template without its id is nothing', { image: { content_template_name: 'n' } }, { kind: 'latest' }],
    ['a date', { image: { snapshot_date: '2026-01-02' } }, { kind: 'date', date: '2026-01-02T00:00:00Z' }],
    ['a template', { image: template }, { kind: 'template', templateId: 'id' }],
    ['a template in image mode', { bootc: BOOTC, image: template }, { kind: 'template', templateId: 'id' }],
    [
      'a date in image mode without repositories is nothing',
      { bootc: BOOTC, image: { snapshot_date: 'x' } },
      { kind: 'latest' },
    ],
    [
      'a date in image mode with a payload repository',
      { bootc: BOOTC, image: { snapshot_date: '2026-01-02' }, customizations: PAYLOAD },
      { kind: 'date', date: '2026-01-02T00:00:00Z' },
    ],
    [
      'a date in image mode with a custom repository',
      { bootc: BOOTC, image: { snapshot_date: '2026-01-02' }, customizations: CUSTOM },
      { kind: 'date', date: '2026-01-02T00:00:00Z' },
    ],
  ];
  for (const [title, parts, content] of cases) {
    it(`is ${title}`, () => expect(planOf(parts).content).to.deep.equal(content));
  }

  for (const image of [{ snapshot_date: '' }, { snapshot_date: 'yesterday' }]) {
    it(`is refused for ${JSON.stringify(image)}`, () =>
      expect(refusalOf(() => planOf({ image })).text).to.match(/^Snapshot date /));
  }

  it('is refused for an empty template', () => {
    expect(refusalOf(() => planOf({ image: { content_template: '' } }))).to.deep.equal({
      ...{ kind: 'invalid', text: 'content_template must not be empty' },
    });
  });
});

describe('a policy', () => {
  const customizations: Customizations = { openscap: { policy_id: POLICY.toUpperCase() } };

  for (const [distribution, version] of [
    ['rhel-9.6', { major: 9, minor: 6 }],
    ['rhel-9', { major: 9, minor: 6 }],
    ['rhel-95', { major: 9, minor: 5 }],
    ['rhel-8.10', { major: 8, minor: 10 }],
    ['rhel-10.1', { major: 10, minor: 1 }],
  ] as const) {
    it(`is about the version of ${distribution}`, () => {
      expect(planOf({ distribution, customizations }).policy).to.deep.equal({ policyId: POLICY, version });
    });
  }

  for (const parts of [{ distribution: 'centos-9' }, { distribution: 'rhel-9-beta' }, { bootc: BOOTC }] as const) {
    it(`needs RHEL of a version, and not ${JSON.stringify(parts)}`, () => {
      expect(refusalOf(() => planOf({ ...parts, customizations }))).to.deep.equal({
        ...{ kind: 'invalid', text: 'customizations.openscap.policy_id: compliance policies need a RHEL distribution' },
      });
    });
  }

  for (const distribution of ['rhel-9.6', 'centos-9'] as const) {
    it(`is refused for every distribution while policies are disabled (${distribution})`, () => {
      const ctx = { ...planContext, flags: { compliancePolicies: () => false } };
      expect(
        refusalOf(() => planCompose(ctx, identity(), composeRequest({ distribution, customizations }))),
      ).to.deep.equal({
        ...{ kind: 'invalid', text: 'Feature image-builder.compliance-policies.enabled not enabled' },
      });
    });
  }

  it('is not required for a profile, which any distribution may use', () => {
    const ctx = { ...planContext, flags: { compliancePolicies: () => false } };
    const request = composeRequest({ distribution: 'centos-9', customizations: { openscap: { profile_id: 'p' } } });
    expect(planCompose(ctx, identity(), request)).to.deep.include({
      hardening: { kind: 'profile', profileId: 'p' },
      policy: null,
    });
  });
});

describe('the errors of a request', () => {
  const everythingWrong: Parameters<typeof planOf>[0] = {
    distribution: 'nothing' as NonNullable<ComposeRequest['distribution']>,
    image: { snapshot_date: 'x', upload_request: { type: 'aws', options: {} } },
    customizations: {
      openscap: { policy_id: 'x' },
      files: [{ path: '/f', data: '!', data_encoding: 'base64' }],
      aap_registration: { ansible_callback_url: '\n', host_config_key: '' },
    },
  };
  // Each correction uncovers the next error.
  const mended = [
    [{}, /^distribution not available$/],
    [{ distribution: 'rhel-9.6' }, /^Snapshot date /],
    [{ image: { ...everythingWrong.image, snapshot_date: '2026-01-02' } }, /^customizations\.openscap/],
    [{ customizations: { ...everythingWrong.customizations, openscap: { profile_id: 'p' } } }, /^file "\/f"/],
    [
      { customizations: { aap_registration: { ansible_callback_url: '\n', host_config_key: '' } } },
      /^customizations\.aap_/,
    ],
    [{ customizations: {} }, /^Invalid image type for upload target$/],
    [
      { image: { image_type: 'aws', upload_request: { type: 'aws', options: {} } } },
      /^Expected at least one source or account/,
    ],
  ] as const;
  for (const [index, [, text]] of mended.entries()) {
    it(`include ${text.source} in position ${index + 1}`, () => {
      const changes = mended.slice(0, index + 1).map(([change]) => change);
      const parts = Object.assign({}, everythingWrong, ...changes) as Parameters<typeof planOf>[0];
      expect(refusalOf(() => planOf(parts)).text).to.match(text);
    });
  }
});
