import { expect } from 'chai';
import { describe, it } from 'mocha';
import nock from 'nock';
import { readPolicy } from '../../../src/domain/build-inputs/policy.ts';
import { refusalFrom } from '../compose-requests/support.ts';
import { mockService, caller, COMPLIANCE, ctx, TRACE, type Reply } from './support.ts';

const ID = '12345678-90ab-cdef-1234-567890abcdef';
const PROFILE = 'xccdf_org.ssgproject.content_profile_cis';
const read = () => readPolicy(ctx, { policyId: ID, version: { major: 9, minor: 6 } }, caller);

const POLICY: Reply = [200, { data: { id: ID, ref_id: PROFILE, os_major_version: 9 } }];
const TAILORING: Reply = [200, '{}'];

/** Mocks the compliance service with two responses. Returns the requested paths. */
const mockCompliance = (policy: Reply, tailoring: Reply): readonly string[] => {
  const asked: string[] = [];
  mockService(COMPLIANCE, 'GET', (request) => {
    const path = new URL(request.url).pathname.replace(new URL(COMPLIANCE).pathname, '');
    asked.push(path);
    return path.endsWith('/tailoring_file.json') ? tailoring : policy;
  });
  return asked;
};

const POLICY_PATH = `/policies/${ID}`;
const TAILORING_PATH = `/policies/${ID}/tailorings/6/tailoring_file.json`;

const FORBIDDEN = {
  kind: 'forbidden',
  text: `User is not authorized to get compliance data for given policy ID (${ID})`,
};
const failed = (text: string) => ({ kind: 'internal', text: `Unable to build customizations: ${text}` });
const OTHER_MAJOR = { kind: 'invalid', text: `Compliance policy (${ID}) does not support requested major version 9` };

describe('a compliance policy', () => {
  it("is read in the caller's name: first the policy, then its tailoring for the minor version", async () => {
    for (const [path, reply] of [
      [POLICY_PATH, POLICY],
      [TAILORING_PATH, TAILORING],
    ] as const) {
      nock(COMPLIANCE)
        .get(path)
        .matchHeader('x-rh-identity', 'the-header')
        .matchHeader('x-strc-trace-id', TRACE)
        .reply(...(reply as [number, object]));
    }
    expect(await read()).to.deep.equal({ policyId: ID, profileId: PROFILE, tailoring: '{}' });
  });

  for (const text of ['{"b": 1,\n "a": 1e2}\n', '', 'no JSON', 'größe \u2028']) {
    it(`has the tailoring ${JSON.stringify(text)} byte for byte`, async () => {
      mockCompliance(POLICY, [200, text]);
      expect((await read()).tailoring).to.equal(text);
    });
  }

  it('may apply without tailoring', async () => {
    const asked = mockCompliance(POLICY, [204]);
    expect(await read()).to.deep.equal({ policyId: ID, profileId: PROFILE, tailoring: null });
    expect(asked).to.deep.equal([POLICY_PATH, TAILORING_PATH]);
  });

  const refusedFirst: readonly (readonly [title: string, Reply, object])[] = [
    ['is not for this caller (401)', [401], FORBIDDEN],
    ['is not for this caller (403)', [403], FORBIDDEN],
    ['is not there', [404], { kind: 'invalid', text: `Compliance policy (${ID}) does not exist` }],
    ['is asked for at the wrong time (429)', [429], failed('the compliance service answered 429')],
    ['cannot be read (500)', [500, 'secret'], failed('the compliance service answered 500')],
    ['cannot be read (202)', [202, POLICY[1]], failed('the compliance service answered 202')],
    ['is no JSON', [200, '<html>'], failed('the compliance service answered with what is not JSON')],
    ['breaks off', [200, '{"data": '], failed('the compliance service answered with what is not JSON')],
    ['is null', [200, 'null'], OTHER_MAJOR],
    ['says nothing', [200, {}], OTHER_MAJOR],
    ['has data that is null', [200, { data: null }], OTHER_MAJOR],
    ['is for another major version', [200, { data: { ref_id: PROFILE, os_major_version: 8 } }], OTHER_MAJOR],
    ['is for a version that is a text', [200, { data: { ref_id: PROFILE, os_major_version: '9' } }], OTHER_MAJOR],
    [
      'has no profile',
      [200, { data: { os_major_version: 9 } }],
      failed('the compliance service did not tell the profile of the policy'),
    ],
  ];
  for (const [title, reply, refusal] of refusedFirst) {
    it(`that ${title} is refused without requesting its tailoring`, async () => {
      const asked = mockCompliance(reply, TAILORING);
      expect(await refusalFrom(read())).to.deep.equal(refusal);
      expect(asked).to.deep.equal([POLICY_PATH]);
    });
  }

  const refusedSecond: readonly (readonly [title: string, Reply, object])[] = [
    ['is not for this caller (401)', [401], FORBIDDEN],
    ['is not for this caller (403)', [403], FORBIDDEN],
    [
      'is not there',
      [404],
      { kind: 'invalid', text: `Compliance policy (${ID}) does not have tailoring for RHEL 9, minor version 6` },
    ],
    ['cannot be read (500)', [500], failed('the compliance service answered 500')],
    ['cannot be read (202)', [202, '{}'], failed('the compliance service answered 202')],
  ];
  for (const [title, reply, refusal] of refusedSecond) {
    it(`whose tailoring ${title} is refused`, async () => {
      mockCompliance(POLICY, reply);
      expect(await refusalFrom(read())).to.deep.equal(refusal);
    });
  }

  for (const path of [POLICY_PATH, TAILORING_PATH]) {
    it(`cannot be read without a response to ${path.replace(ID, '…')}, and the error contains no address`, async () => {
      if (path === TAILORING_PATH) nock(COMPLIANCE).get(POLICY_PATH).reply(200, POLICY[1]);
      nock(COMPLIANCE)
        .get(path)
        .replyWithError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
      expect(await refusalFrom(read())).to.deep.equal(failed('the compliance service did not answer'));
    });
  }
});
