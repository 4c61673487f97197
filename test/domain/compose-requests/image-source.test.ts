import { expect } from 'chai';
import { describe, it } from 'mocha';
import { imageSourceOf } from '../../../src/domain/compose-requests/image-source.ts';
import type { ComposeRequest, ImageType } from '../../../src/domain/compose-requests/types.ts';
import type { Identity } from '../../../src/domain/identity.ts';
import { composeRequest, guestImage, identity, planContext, refusalOf } from './support.ts';

type Parts = Parameters<typeof composeRequest>[0];

const sourceOf = (parts: Parts, caller: Partial<Identity> = {}) =>
  imageSourceOf(planContext, composeRequest(parts), identity(caller));

/** A distribution of the contract may be missing. */
const named = (distribution: string, more: Parts = {}): Parts => ({
  ...{ ...more, distribution: distribution as NonNullable<ComposeRequest['distribution']> },
});
const iso = (payload?: string, type: ImageType = 'bootable-container-iso'): Parts => ({
  bootc: { reference: 'registry.test/iso', ...(payload === undefined ? {} : { iso_payload_reference: payload }) },
  image: { image_type: type },
});

const UNENTITLED = { entitled: false };
const UNAVAILABLE = ['invalid', 'distribution not available'] as const;
const NO_BOTH = 'either distribution or bootc needs to be set, but not both';
const NO_ISO = 'iso_payload_reference must not be set for non-ISO bootc image types';
const FROZEN_TWICE = 'Either a snapshot date or content template can be specified, but not both';
const unknown = (reference: string) => `bootc reference '${reference}' not found`;
const unknownPayload = (payload: string) =>
  `bootc reference 'registry.test/iso' not found or iso payload reference '${payload}' not in its allowed list`;

type Refusal = readonly [title: string, parts: Parts, kind: string, text: string, caller?: Partial<Identity>];

const REFUSED: readonly Refusal[] = [
  ['both a distribution and a container', { distribution: 'rhel-9.6', bootc: { reference: 'x' } }, 'invalid', NO_BOTH],
  [
    'a date beside a template',
    { image: { snapshot_date: '2026-01-01', content_template: 'id' } },
    'invalid',
    FROZEN_TWICE,
  ],
  [
    'an empty date beside an empty template',
    { image: { snapshot_date: '', content_template: '' } },
    'invalid',
    FROZEN_TWICE,
  ],
  ['a distribution that is not there', named('rhel-9.9'), ...UNAVAILABLE],
  ['a distribution that is named like a member of objects', named('constructor'), ...UNAVAILABLE],
  ['RHEL for a caller without entitlement', named('rhel-9.6'), ...UNAVAILABLE, UNENTITLED],
  ['RHEL by its alias for a caller without entitlement', named('rhel-9'), ...UNAVAILABLE, UNENTITLED],
  [
    'a restricted distribution for others than those allowed',
    named('fedora-42'),
    ...(['forbidden', "This account's organization is not authorized to build fedora-42 images"] as const),
  ],
  [
    'package mode of a distribution that has image mode only',
    named('hummingbird'),
    ...(['invalid', 'hummingbird offers image mode only: set bootc instead of distribution'] as const),
  ],
  [
    'an architecture that the distribution does not have',
    named('centos-9', { image: { architecture: 'aarch64' } }),
    ...(['invalid', 'Architecture not supported'] as const),
  ],
  ['an unknown container', { bootc: { reference: 'registry.test/x' } }, 'invalid', unknown('registry.test/x')],
  ['an empty reference', { bootc: { reference: '' } }, 'invalid', unknown('')],
  [
    'a container of RHEL for a caller without entitlement',
    { bootc: { reference: 'registry.test/rhel-9' } },
    ...(['invalid', unknown('registry.test/rhel-9')] as const),
    UNENTITLED,
  ],
  ['an ISO payload that is not listed', iso('registry.test/c'), 'invalid', unknownPayload('registry.test/c')],
  ['an empty ISO payload', iso(''), 'invalid', unknownPayload('')],
  ['an ISO payload for another image type', iso('registry.test/a', 'guest-image'), 'invalid', NO_ISO],
  ['an empty ISO payload for another image type', iso('', 'guest-image'), 'invalid', NO_ISO],
];

describe('the source of an image', () => {
  it('is a distribution with the requested architecture', () => {
    const source = sourceOf({ image: { architecture: 'aarch64' } });
    if (source.mode !== 'package') return expect.fail('expected package mode');
    expect(source.distribution.key).to.equal('rhel-9.6');
    expect(source.architecture).to.equal(source.distribution.architectures.get('aarch64'));
  });

  it('is the distribution behind an alias', () => {
    const source = sourceOf(named('rhel-9'));
    if (source.mode !== 'package') return expect.fail('expected package mode');
    expect(source.distribution.key).to.equal('rhel-9');
    expect(source.distribution.name).to.equal('rhel-9.6');
  });

  for (const image of [{ snapshot_date: '2026-01-01' }, { content_template: 'id' }]) {
    it(`may be frozen one way: ${JSON.stringify(image)}`, () => expect(sourceOf({ image }).mode).to.equal('package'));
  }

  it('may be an open distribution for a caller without entitlement', () => {
    expect(sourceOf(named('centos-9'), UNENTITLED).mode).to.equal('package');
  });

  it('may be a restricted distribution for those who are allowed', () => {
    expect(sourceOf(named('fedora-42'), { orgId: '000001' }).mode).to.equal('package');
  });

  it('is not tied to the image types that the distribution lists: composer decides', () => {
    expect(sourceOf({ image: { image_type: 'wsl' } }).mode).to.equal('package');
  });

  for (const parts of [
    { bootc: { reference: 'registry.test/rhel-9' } },
    { bootc: { reference: 'registry.test/rhel-9' }, image: { image_type: 'wsl', architecture: 'aarch64' } } as Parts,
    { bootc: { reference: 'registry.test/hummingbird' } },
    iso(),
    iso('registry.test/a'),
    iso('registry.test/b'),
  ]) {
    it(`may be ${JSON.stringify(parts?.bootc)} for a ${parts?.image?.image_type ?? 'guest-image'}`, () => {
      expect(sourceOf(parts)).to.deep.equal({ mode: 'image', bootc: parts?.bootc });
    });
  }

  it('may be a container of an open distribution for a caller without entitlement', () => {
    expect(sourceOf({ bootc: { reference: 'registry.test/hummingbird' } }, UNENTITLED).mode).to.equal('image');
  });

  for (const [title, parts, kind, text, caller] of REFUSED) {
    it(`is not ${title}`, () => expect(refusalOf(() => sourceOf(parts, caller))).to.deep.equal({ kind, text }));
  }

  it('is required', () => {
    const request = { image_requests: [guestImage] };
    expect(refusalOf(() => imageSourceOf(planContext, request, identity()))).to.deep.equal({
      ...{ kind: 'invalid', text: 'either distribution or bootc needs to be set' },
    });
  });

  it('needs an image request', () => {
    expect(
      refusalOf(() => imageSourceOf(planContext, { distribution: 'rhel-9.6', image_requests: [] }, identity())),
    ).to.deep.equal({
      ...{ kind: 'invalid', text: 'Exactly one image request should be included' },
    });
  });
});
