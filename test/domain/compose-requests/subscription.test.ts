import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  contentSets,
  templateParts,
  toComposerSubscription,
} from '../../../src/domain/compose-requests/subscription.ts';
import type { Customizations, ImageRequest } from '../../../src/domain/compose-requests/types.ts';
import { guestImage, settings } from './support.ts';

type Subscription = NonNullable<Customizations['subscription']>;

const SUBSCRIPTION: Subscription = {
  ...{
    organization: 1234567,
    'activation-key': 'key',
    'server-url': 'subscription.test',
    'base-url': 'https://cdn.test',
  },
  insights: true,
};

describe('subscription', () => {
  it("is translated to composer's members, including those that are always sent", () => {
    expect(toComposerSubscription(SUBSCRIPTION, {}, settings)).to.deep.equal({
      ...{
        organization: '1234567',
        activation_key: 'key',
        server_url: 'subscription.test',
        base_url: 'https://cdn.test',
      },
      ...{ insights: true, rhc: false, insights_client_proxy: '' },
    });
  });

  for (const [organization, text] of [
    [0, '0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [JSON.rawJSON('9223372036854775807') as unknown as number, '9223372036854775807'],
  ] as const) {
    it(`writes the organization ${text} digit by digit`, () => {
      expect(toComposerSubscription({ ...SUBSCRIPTION, organization }, {}, settings).organization).to.equal(text);
    });
  }

  for (const rhc of [true, false]) {
    it(`passes rhc ${rhc} on`, () => {
      expect(toComposerSubscription({ ...SUBSCRIPTION, rhc }, {}, settings).rhc).to.equal(rhc);
    });
  }

  for (const [given, configured, sent] of [
    ['http://own.test', 'http://configured.test', 'http://own.test'],
    ['', 'http://configured.test', 'http://configured.test'],
    [undefined, 'http://configured.test', 'http://configured.test'],
    ['http://own.test', '', 'http://own.test'],
    ['', '', ''],
    [undefined, '', ''],
  ] as const) {
    it(`uses the proxy "${sent}" where ${given ?? 'none'} is given and "${configured}" configured`, () => {
      const subscription = { ...SUBSCRIPTION, ...(given === undefined ? {} : { insights_client_proxy: given }) };
      const { insights_client_proxy } = toComposerSubscription(
        subscription,
        {},
        { ...settings, insightsClientProxy: configured },
      );
      expect(insights_client_proxy).to.equal(sent);
    });
  }

  it('has the given template parts only', () => {
    const facts = { template_name: 'n', template_uuid: 'u', patch_url: 'p', content_sets: ['a'] };
    expect(toComposerSubscription(SUBSCRIPTION, facts, settings)).to.include(facts);
    expect(toComposerSubscription(SUBSCRIPTION, {}, settings)).to.not.have.any.keys(Object.keys(facts));
  });
});

describe('the content template of a subscription', () => {
  const BY_UUID = { template_uuid: 'uuid', patch_url: settings.patchUrl };
  const BY_NAME = { template_name: 'name' };
  const cases = [
    [null, BY_UUID],
    [{ major: 8, minor: 10 }, BY_UUID],
    [{ major: 9, minor: 0 }, BY_UUID],
    [{ major: 9, minor: 5 }, BY_UUID],
    [{ major: 9, minor: 6 }, BY_NAME],
    [{ major: 9, minor: 10 }, BY_NAME],
    [{ major: 10, minor: 0 }, BY_NAME],
    [{ major: 11, minor: 2 }, BY_NAME],
  ] as const;
  for (const [version, facts] of cases) {
    const system = version ? `RHEL ${version.major}.${version.minor}` : 'another system';
    it(`is given by ${facts === BY_NAME ? 'name' : 'uuid'} to ${system}`, () => {
      const image: ImageRequest = { ...guestImage, content_template: 'uuid', content_template_name: 'name' };
      expect(templateParts(image, version, settings)).to.deep.equal(facts);
    });

    it(`is given by uuid to ${system} when its name is not known`, () => {
      expect(templateParts({ ...guestImage, content_template: 'uuid' }, version, settings)).to.deep.equal(BY_UUID);
    });

    it(`is not mentioned to ${system} when there is none`, () => {
      expect(templateParts({ ...guestImage, content_template_name: 'name' }, version, settings)).to.deep.equal({});
    });
  }

  it('is sent with the address of the patch service even when that is not configured', () => {
    const facts = templateParts({ ...guestImage, content_template: 'uuid' }, null, { ...settings, patchUrl: '' });
    expect(facts).to.deep.equal({ template_uuid: 'uuid', patch_url: '' });
  });
});

describe('content sets', () => {
  for (const [labels, sets] of [
    [[], undefined],
    [[''], undefined],
    [['rhel-9-for-x86_64-baseos-rpms', 'rhel-9-for-x86_64-appstream-rpms'], undefined],
    [
      ['codeready', 'rhel-9-baseos', '', 'supplementary'],
      ['codeready', 'supplementary'],
    ],
    [
      ['b', 'a', 'b'],
      ['b', 'a', 'b'],
    ],
  ] as const) {
    it(`of the labels ${JSON.stringify(labels)} are ${JSON.stringify(sets)}`, () => {
      expect(contentSets(labels)).to.deep.equal(sets);
    });
  }
});
