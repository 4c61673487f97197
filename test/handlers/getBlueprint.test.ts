import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HASH } from '../domain/blueprints/support.ts';
import { answersFile, answersTailorings, POLICY, tailored } from '../domain/compliance/support.ts';
import { blueprintBody, guestImageRequest } from '../support/given.ts';
import { startService, type ServiceOptions } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const NO_LINT = { errors: [], warnings: [] };
const openscap = { policy_id: POLICY };

const versionNamed = (hostname: string) => ({ ...blueprintBody, customizations: { hostname } });

describe('getBlueprint', () => {
  it('returns the newest version', async () => {
    await using service = await startService();
    const versions = [versionNamed('one'), versionNamed('two')];
    const { id } = await service.given.blueprint({ name: 'web', description: 'nginx', versions });
    for (const query of ['', '?version=-1', '?version=2']) {
      const reply = await service.as().get(`/blueprints/${id}${query}`);
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.body).to.deep.equal({
        ...{ id, name: 'web', description: 'nginx', lint: NO_LINT, distribution: 'centos-9' },
        ...{ customizations: { hostname: 'two' }, image_requests: [guestImageRequest] },
      });
    }
  });

  it('returns the requested version', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [versionNamed('one'), versionNamed('two')] });
    const reply = await service.as().get(`/blueprints/${id}?version=1`);
    expect(reply.body.customizations).to.deep.equal({ hostname: 'one' });
  });

  for (const version of ['0', '-2', '-9223372036854775808']) {
    it(`refuses version ${version}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      expect(await service.as().get(`/blueprints/${id}?version=${version}`)).to.be.refused(
        400,
        /^Invalid version number/,
      );
    });
  }

  for (const version of ['2', '2147483647', '2147483648', '9223372036854775807']) {
    it(`does not find version ${version} of a blueprint with one`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      expect(await service.as().get(`/blueprints/${id}?version=${version}`)).to.be.refused(404, 'blueprint not found');
    });
  }

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await service.as().get(`/blueprints/${id}`)).to.be.refused(404, 'blueprint not found');
      expect(await service.as().get(`/blueprints/${id}?version=1`)).to.be.refused(404, 'blueprint not found');
    }
  });

  it('contains the base image of a blueprint in image mode', async () => {
    await using service = await startService();
    const bootc = { reference: 'registry.test/x', iso_payload_reference: 'registry.test/y' };
    const { id } = await service.given.blueprint({
      versions: [{ bootc, customizations: {}, image_requests: [guestImageRequest] }],
    });
    const { body } = await service.as().get(`/blueprints/${id}`);
    expect(body.bootc).to.deep.equal(bootc);
    expect(body).not.to.include.keys('distribution', 'metadata', 'version');
    expect(body.description).to.equal('');
    expect(body.lint).to.deep.equal(NO_LINT);
  });

  it('contains whether a user has a password but not the password; other secrets are unchanged', async () => {
    await using service = await startService();
    const users = [
      { name: 'a', password: HASH, hasPassword: false },
      { name: 'b', ssh_key: 'k', hasPassword: true },
      { name: 'c', password: '' },
    ];
    const cacerts = { pem_certs: ['PEM'] };
    const { id } = await service.given.blueprint({
      versions: [{ ...blueprintBody, customizations: { users, cacerts } }],
    });
    const reply = await service.as().get(`/blueprints/${id}`);
    expect(reply.body.customizations).to.deep.equal({
      users: [
        { name: 'a', hasPassword: true },
        { name: 'b', ssh_key: 'k', hasPassword: false },
        { name: 'c', hasPassword: false },
      ],
      cacerts,
    });
    expect(reply.text).not.to.include(HASH);
  });

  it('returns versions that earlier releases stored with additional members', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      name: 'now',
      versions: [{ ...blueprintBody, name: 'then', description: 'then', metadata: null, bootc: null }],
    });
    const reply = await service.as().get(`/blueprints/${id}`);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal({
      ...{ id, name: 'now', description: '', lint: NO_LINT },
      ...blueprintBody,
    });
  });

  it('keeps integers that JavaScript would round', async () => {
    // The check of answers reads them with JavaScript's numbers.
    await using service = await startService({ env: { RESPONSE_VALIDATION: 'off' } });
    const { id } = await service.given.blueprint();
    await service.sql.query(
      `UPDATE blueprint_versions SET body = jsonb_set(body, '{image_requests,0,size}', '9007199254740993')`,
    );
    const reply = await service.as().get(`/blueprints/${id}`);
    expect(reply.text).to.include('"size":9007199254740993');
  });

  describe('lint', () => {
    const governed = (customizations: object = {}) => ({
      ...{ distribution: 'rhel-9.6', image_requests: [guestImageRequest] },
      customizations: { openscap, ...customizations },
    });

    const start = async (customizations: object = {}, recorded?: object, options: ServiceOptions = {}) => {
      const service = await startService(options);
      const { id } = await service.given.blueprint({
        versions: [governed(customizations)],
        ...(recorded ? { serviceSnapshots: recorded } : {}),
      });
      return Object.assign(service, { path: `/blueprints/${id}` });
    };

    it('reports missing requirements of the policy', async () => {
      await using service = await start({
        packages: ['aide'],
        kernel: { append: 'audit=10' },
        fips: { enabled: true },
      });
      tailored(service.compliance);
      const reply = await service.as().get(service.path);
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.body.lint.warnings).to.deep.equal([]);
      expect(reply.body.lint.errors).to.deep.equal(
        [
          'mountpoint /tmp required by policy is not present',
          'service auditd required as enabled by policy is not present',
          'service cups required as masked by policy is not present',
          'service rpcbind required as disabled by policy is not present',
          "kernel command line parameter 'audit=1' required by policy not set",
          "kernel command line parameter 'audit_backlog_limit=8192' required by policy not set",
        ].map((description) => ({ name: 'Compliance', description })),
      );
    });

    it('reports requirements at the time of storing that the policy no longer contains', async () => {
      const recorded = {
        compliance: { policy_id: POLICY, policy_customizations: { openscap, packages: ['aide', 'sudo'] } },
      };
      await using service = await start({}, recorded);
      tailored(service.compliance, '[[packages]]\nname = "chrony"');
      const { body } = await service.as().get(service.path);
      expect(body.lint).to.deep.equal({
        errors: [{ name: 'Compliance', description: 'package chrony required by policy is not present' }],
        warnings: ['aide', 'sudo'].map((name) => ({
          name: 'Compliance',
          description: `package ${name} is no longer required by policy`,
        })),
      });
    });

    it('reports that the policy does not cover the minor version', async () => {
      await using service = await start();
      answersTailorings(service.compliance);
      answersFile(service.compliance, 404);
      const { status, body } = await service.as().get(service.path);
      expect(status).to.equal(200);
      expect(body.lint).to.deep.equal({
        errors: [
          {
            name: 'Compliance',
            description: 'Compliance policy does not have a definition for the latest minor version',
          },
        ],
        warnings: [],
      });
    });

    it('refuses a caller who may not read the policy', async () => {
      await using service = await start();
      for (const status of [401, 403]) {
        answersTailorings(service.compliance, status);
        expect(await service.as().get(service.path)).to.be.refused(403, 'user is not authorized');
      }
    });

    it('refuses a caller who may not use the distribution', async () => {
      await using service = await start();
      expect(await service.as({ entitled: false }).get(service.path)).to.be.refused(400, 'distribution not available');
    });

    it('is empty, logged and counted when the compliance service fails', async () => {
      await using service = await start({}, undefined, { env: { LOG_LEVEL: 'warn' } });
      const failures = [
        () => answersTailorings(service.compliance, 503, 'busy'),
        () => answersTailorings(service.compliance, 200, 'no JSON'),
        () =>
          service.compliance
            .get(/tailorings/)
            .query(true)
            .replyWithError('connection refused'),
        () => tailored(service.compliance, 'no toml'),
      ];
      for (const [index, fail] of failures.entries()) {
        fail();
        const { status, body } = await service.as().get(service.path);
        expect(status).to.equal(200);
        expect(body.lint).to.deep.equal(NO_LINT);
        expect(service.logs.filter(({ msg }) => msg === 'a blueprint is shown without lint')).to.have.length(index + 1);
      }
      const metrics = await service.root.get('/metrics');
      expect(metrics.text).to.include(`imagebuilder_lint_unavailable_total ${failures.length}`);
    });

    it('is empty without a policy, without a call to the compliance service', async () => {
      await using service = await startService();
      const bodies = [
        { ...governed(), customizations: { openscap: { profile_id: 'p' } } },
        { ...governed(), customizations: { openscap: { policy_id: '00000000-0000-0000-0000-000000000000' } } },
      ];
      for (const body of bodies) {
        const { id } = await service.given.blueprint({ versions: [body] });
        const reply = await service.as().get(`/blueprints/${id}`);
        expect(reply.body.lint, reply.text).to.deep.equal(NO_LINT);
      }
    });

    it('warns of a policy in image mode, without a call to the compliance service', async () => {
      await using service = await startService();
      const body = { customizations: { openscap }, image_requests: [guestImageRequest], bootc: { reference: 'x' } };
      const { id } = await service.given.blueprint({ versions: [body] });
      const reply = await service.as().get(`/blueprints/${id}`);
      const description =
        'customizations.openscap is left out of the image: guest-image of image mode does not take customizations.openscap; the container has to bring it';
      expect(reply.body.lint, reply.text).to.deep.equal({ errors: [], warnings: [{ name: 'Build', description }] });
    });
  });
});
