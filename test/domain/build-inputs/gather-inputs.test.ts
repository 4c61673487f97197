import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations, ImageRequest } from '../../../src/domain/compose-requests/types.ts';
import { gatherInputs } from '../../../src/domain/build-inputs/gather-inputs.ts';
import { identity, planOf, refusalFrom } from '../compose-requests/support.ts';
import {
  mockService,
  caller,
  COMPLIANCE,
  CONTENT_SOURCES,
  ctx,
  barrierOf,
  PROVISIONING,
  type Handler,
} from './support.ts';

const POLICY = '12345678-90ab-cdef-1234-567890abcdef';
const ACCOUNT = '123456789012';

type Parts = Parameters<typeof planOf>[0];

const request = { ...caller, identity: identity({ platformHeader: 'the-header' }) };
const gather = (parts: Parts, platformHeader: string | null = 'the-header') =>
  gatherInputs(ctx, { ...request, identity: identity({ platformHeader }) }, planOf(parts));

const AWS: Partial<ImageRequest> = {
  ...{ image_type: 'aws', upload_request: { type: 'aws', options: { share_with_sources: ['1', '2'] } } },
};
const HARDENED: Customizations = { openscap: { policy_id: POLICY } };
const EVERYTHING: Parts = { image: AWS, customizations: HARDENED };

const compliance: Handler = (of) =>
  of.url.endsWith('tailoring_file.json') ? [204] : [200, { data: { ref_id: 'profile', os_major_version: 9 } }];
const contentSources: Handler = () => [200, { data: [] }];
const provisioning: Handler = () => [200, { aws: { account_id: ACCOUNT } }];

/** Mocks the three services. Returns the names of the called ones, in order. */
const mockServices = (
  given: Partial<Record<'compliance' | 'contentSources' | 'provisioning', Handler>> = {},
): string[] => {
  const asked: string[] = [];
  const noted =
    (name: string, handler: Handler): Handler =>
    (of) => {
      asked.push(name);
      return handler(of);
    };
  mockService(COMPLIANCE, 'GET', noted('compliance', given.compliance ?? compliance));
  mockService(CONTENT_SOURCES, 'GET', noted('content-sources', given.contentSources ?? contentSources));
  mockService(PROVISIONING, 'GET', noted('provisioning', given.provisioning ?? provisioning));
  return asked;
};

const refusing =
  (status: number): Handler =>
  () => [status];

describe('the inputs of a compose', () => {
  for (const [title, parts, services] of [
    ['CentOS', { distribution: 'centos-9' }, []],
    ['CentOS that is hardened', { distribution: 'centos-9', customizations: { openscap: { profile_id: 'p' } } }, []],
    ['CentOS with cloud sources', { distribution: 'centos-9', image: AWS }, ['provisioning', 'provisioning']],
    ['RHEL', {}, ['content-sources']],
    ['image mode', { bootc: { reference: 'registry.test/rhel-9' } }, []],
    ['RHEL with a policy', { customizations: HARDENED }, ['compliance', 'compliance', 'content-sources']],
  ] as const) {
    it(`are requested from ${services.length === 0 ? 'no service' : services.join(', ')} for ${title}`, async () => {
      const asked = mockServices();
      await gather(parts);
      expect(asked).to.deep.equal(services);
    });
  }

  it('are gathered from all services', async () => {
    mockServices();
    const facts = await gather(EVERYTHING);
    expect(facts.policy).to.deep.equal({ policyId: POLICY, profileId: 'profile', tailoring: null });
    expect(facts.sourceAccounts).to.deep.equal([ACCOUNT, ACCOUNT]);
    expect(facts.repositories.image).to.have.lengthOf(2);
  });

  it('are requested from content sources and provisioning concurrently', async () => {
    const meeting = barrierOf(2);
    const meet =
      (handler: Handler): Handler =>
      async (of) => {
        if (meeting.arrived() < 2) await meeting.arrive();
        return handler(of);
      };
    mockServices({ contentSources: meet(contentSources), provisioning: meet(provisioning) });
    await gather({ image: AWS });
    expect(meeting.arrived()).to.equal(2);
  });

  it('are requested from the other services after the policy', async () => {
    const asked = mockServices();
    await gather(EVERYTHING);
    expect(asked.slice(0, 2)).to.deep.equal(['compliance', 'compliance']);
    expect(asked.slice(2).sort()).to.deep.equal(['content-sources', 'provisioning', 'provisioning']);
  });

  it('are not requested from the other services when the policy is refused', async () => {
    const asked = mockServices({ compliance: refusing(404) });
    expect((await refusalFrom(gather(EVERYTHING))).text).to.match(/^Compliance policy/);
    expect(asked).to.deep.equal(['compliance']);
  });

  for (const first of ['content sources', 'provisioning'] as const) {
    it(`fail with the error of content sources when both fail and ${first} fails first`, async () => {
      const { promise, resolve } = Promise.withResolvers<null>();
      const early: Handler = () => {
        setImmediate(() => resolve(null));
        return [500];
      };
      const late: Handler = async () => {
        await promise;
        return [500];
      };
      const isContent = first === 'content sources';
      mockServices({ contentSources: isContent ? early : late, provisioning: isContent ? late : early });
      expect((await refusalFrom(gather({ image: AWS }))).text).to.match(
        /^Unable to build customizations: unable to retrieve repositories: /,
      );
    });
  }

  it('fail with the error of provisioning when it alone fails', async () => {
    mockServices({ provisioning: refusing(500) });
    expect((await refusalFrom(gather({ image: AWS }))).text).to.equal('Unable to resolve source: 1');
  });
});

describe('the inputs of a compose without a platform identity', () => {
  it('are requested from no service', async () => {
    const asked = mockServices();
    const facts = await gather({ distribution: 'centos-9' }, null);
    expect(facts).to.deep.include({ policy: null, sourceAccounts: [] });
    expect(facts.repositories.image).to.have.lengthOf(1);
    expect(asked).to.deep.equal([]);
  });

  for (const [title, parts, text] of [
    ['a policy', { customizations: HARDENED }, 'compliance policies need an identity of the platform'],
    ['cloud sources', { distribution: 'centos-9', image: AWS }, 'Unable to request source: 1'],
  ] as const) {
    it(`cannot include ${title}`, async () => {
      const asked = mockServices();
      expect(await refusalFrom(gather(parts, null))).to.deep.equal({ kind: 'invalid', text });
      expect(asked).to.deep.equal([]);
    });
  }
});
