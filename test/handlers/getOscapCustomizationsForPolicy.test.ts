import { expect } from 'chai';
import { describe, it } from 'mocha';
import { answersFile, answersTailorings, POLICY, REQUIRED, tailored } from '../domain/compliance/support.ts';
import { fedoraIdentityHeader, identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const path = (distribution: string, policy = POLICY): string =>
  `/oscap/${policy}/${distribution}/policy_customizations`;
const STATUS = 'unexpected http status from compliance api';

describe('getOscapCustomizationsForPolicy', () => {
  it('returns the requirements of the policy, read on behalf of the caller', async () => {
    await using service = await startService();
    tailored(service.compliance, undefined, { identity: identityHeader() });
    const reply = await service.as().get(path('rhel-9.6'));
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal(REQUIRED);
  });

  it('puts a blank before kernel parameters', async () => {
    await using service = await startService();
    tailored(service.compliance, '[customizations.kernel]\nappend = "-compliance"');
    expect((await service.as().get(path('rhel-9.6'))).body).to.deep.equal({ kernel: { append: ' -compliance' } });
  });

  it('requests the minor version of the distribution, also for an alias', async () => {
    await using service = await startService();
    for (const [distribution, minor] of [
      ['rhel-8', 10],
      ['rhel-8.10', 10],
      ['rhel-10.1', 1],
    ] as const) {
      tailored(service.compliance, '', { minor });
      expect((await service.as().get(path(distribution))).body, distribution).to.deep.equal({});
    }
  });

  it('names the policy in lower case', async () => {
    await using service = await startService();
    tailored(service.compliance);
    expect((await service.as().get(path('rhel-9.6', POLICY.toUpperCase()))).status).to.equal(200);
  });

  for (const list of [{ data: [] }, {}, { data: null }, 'null']) {
    it(`creates a tailoring where there is none: ${JSON.stringify(list)}`, async () => {
      await using service = await startService();
      answersTailorings(service.compliance, 200, list);
      service.compliance
        .post(`/policies/${POLICY}/tailorings`, { os_minor_version: 6 })
        .matchHeader('x-rh-identity', identityHeader())
        .reply(201, {});
      answersFile(service.compliance);
      const reply = await service.as().get(path('rhel-9.6'));
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.body).to.deep.equal(REQUIRED);
    });
  }

  it('uses a tailoring that another client created at the same time', async () => {
    await using service = await startService();
    answersTailorings(service.compliance, 200, { data: [] });
    service.compliance.post(`/policies/${POLICY}/tailorings`).reply(409, {});
    tailored(service.compliance);
    expect((await service.as().get(path('rhel-9.6'))).body).to.deep.equal(REQUIRED);
  });

  it('returns nothing for a policy that does not change its profile, and for the nil policy', async () => {
    await using service = await startService();
    answersTailorings(service.compliance);
    answersFile(service.compliance, 204, '');
    expect((await service.as().get(path('rhel-9.6'))).body).to.deep.equal({});
    const nil = await service.as().get(path('rhel-9.6', '00000000-0000-0000-0000-000000000000'));
    expect([nil.status, nil.body]).to.deep.equal([200, {}]);
  });

  const creationAnswers = (service: TestService, status: number): void => {
    answersTailorings(service.compliance, 200, { data: [] });
    service.compliance.post(`/policies/${POLICY}/tailorings`).reply(status, {});
  };
  /** The creation fails, and nobody else has created it. */
  const creationFails = (service: TestService, status: number): void => {
    creationAnswers(service, status);
    answersTailorings(service.compliance, 200, { data: [] });
  };
  const fileAnswers = (service: TestService, status: number, body = ''): void => {
    answersTailorings(service.compliance);
    answersFile(service.compliance, status, body);
  };

  for (const [what, answer, status, detail] of [
    ['unknown policies', (s) => answersTailorings(s.compliance, 404), 404, 'tailorings for a policy not found'],
    ['versions without a tailoring', (s) => fileAnswers(s, 404), 404, 'tailorings for a policy not found'],
    ['callers who are not known (list)', (s) => answersTailorings(s.compliance, 401), 403, 'user is not authorized'],
    ['callers who may not list', (s) => answersTailorings(s.compliance, 403), 403, 'user is not authorized'],
    ['callers who are not known (create)', (s) => creationAnswers(s, 401), 403, 'user is not authorized'],
    ['callers who may not create', (s) => creationAnswers(s, 403), 403, 'user is not authorized'],
    ['callers who are not known (file)', (s) => fileAnswers(s, 401), 403, 'user is not authorized'],
    ['callers who may not read', (s) => fileAnswers(s, 403), 403, 'user is not authorized'],
    ['a list that fails', (s) => answersTailorings(s.compliance, 503, 'busy'), 500, STATUS],
    ['a list of another shape', (s) => answersTailorings(s.compliance, 200, []), 500, /no list of tailorings/],
    ['a list that is no JSON', (s) => answersTailorings(s.compliance, 200, '<html>'), 500, /no list of tailorings/],
    ['data that is no list', (s) => answersTailorings(s.compliance, 200, { data: {} }), 500, /no list of tailorings/],
    ['a creation that fails', (s) => creationFails(s, 422), 500, STATUS],
    ['a creation that is something else', (s) => creationFails(s, 200), 500, STATUS],
    ['a file that fails', (s) => fileAnswers(s, 500), 500, STATUS],
    [
      'a file that is no TOML',
      (s) => fileAnswers(s, 200, '= ='),
      500,
      /^unable to parse blueprint for compliance policy: /,
    ],
    ['a file of another shape', (s) => fileAnswers(s, 200, 'packages = 1'), 500, /packages must be a list/],
  ] as readonly (readonly [string, (service: TestService) => void, number, string | RegExp])[]) {
    it(`refuses ${what}`, async () => {
      await using service = await startService();
      answer(service);
      expect(await service.as().get(path('rhel-9.6'))).to.be.refused(status, detail);
    });
  }

  it('fails without revealing an address when the compliance service does not respond', async () => {
    await using service = await startService();
    service.compliance
      .get(/tailorings/)
      .query(true)
      .replyWithError('connection refused to 10.0.0.1');
    const reply = await service.as().get(path('rhel-9.6'));
    expect(reply).to.be.refused(500, 'the compliance service did not answer');
    expect(reply.text).not.to.include('10.0.0.1');
  });

  it('fails when there is no compliance service', async () => {
    await using service = await startService({ env: { COMPLIANCE_URL: undefined } });
    expect(await service.as().get(path('rhel-9.6'))).to.be.refused(500, 'the compliance service did not answer');
  });

  for (const [what, distribution, status, detail] of [
    [
      'distributions without a version of RHEL',
      'centos-9',
      400,
      'unable to get major and minor version for distribution',
    ],
    ['distributions without data', 'rhel-84', 400, 'distribution not available'],
    ['restricted distributions', 'fedora-42', 403, /not authorized to build fedora-42 images/],
    ['distributions nobody knows', 'plan-9', 400, /^parameter "distribution"/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await using service = await startService();
      expect(await service.as().get(path(distribution))).to.be.refused(status, detail);
    });
  }

  it('refuses callers without a subscription for the distribution', async () => {
    await using service = await startService();
    const stranger = service.as({ entitled: false });
    expect(await stranger.get(path('rhel-9.6'))).to.be.refused(400, 'distribution not available');
  });

  it('rejects a malformed policy id', async () => {
    await using service = await startService();
    expect(await service.as().get(path('rhel-9.6', 'x'))).to.be.refused(400, /^Invalid format for parameter policy/);
  });

  it('refuses callers without an identity of the platform', async () => {
    await using service = await startService({ env: { FEDORA_AUTH: 'true' } });
    const alice = service.with({ 'x-fedora-identity': fedoraIdentityHeader('alice') });
    for (const distribution of ['centos-9', 'rhel-9.6']) {
      expect((await alice.get(path(distribution))).status).to.equal(400);
    }
  });
});
