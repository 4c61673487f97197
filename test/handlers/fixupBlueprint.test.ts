import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HASH } from '../domain/blueprints/support.ts';
import {
  answersFile,
  answersTailorings,
  OTHER_POLICY,
  POLICY,
  REQUIRED,
  tailored,
} from '../domain/compliance/support.ts';
import { guestImageRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const openscap = { policy_id: POLICY };

const governed = (customizations: object = {}) => ({
  ...{ distribution: 'rhel-9.6', image_requests: [guestImageRequest] },
  customizations: { openscap, ...customizations },
});

const versions = async ({ sql }: TestService) =>
  (await sql.query('SELECT version, body, service_snapshots FROM blueprint_versions ORDER BY version')).rows;

const fixup = (service: TestService, id: string) => service.as().post(`/experimental/blueprints/${id}/fixup`);

describe('fixupBlueprint', () => {
  it('stores a version that satisfies the policy, and returns no body', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      ...{ name: 'web', description: 'nginx' },
      versions: [governed({ packages: ['mine'], kernel: { append: 'quiet' } })],
    });
    tailored(service.compliance);
    const reply = await fixup(service, id);
    expect([reply.status, reply.text, reply.headers['content-type']]).to.deep.equal([200, '', undefined]);

    const [first, second] = await versions(service);
    expect(first.body).to.deep.equal(governed({ packages: ['mine'], kernel: { append: 'quiet' } }));
    expect(second).to.deep.equal({
      version: 2,
      body: governed({
        ...REQUIRED,
        packages: ['mine', 'aide'],
        kernel: { append: 'quiet audit=1 audit_backlog_limit=8192' },
      }),
      service_snapshots: {
        compliance: { policy_id: POLICY, policy_customizations: { openscap, ...REQUIRED } },
      },
    });
    const { rows } = await service.sql.query('SELECT name, description FROM blueprints');
    expect(rows).to.deep.equal([{ name: 'web', description: 'nginx' }]);
  });

  it('leaves nothing to be repaired', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [governed()] });
    tailored(service.compliance, undefined, { times: 2 });
    await fixup(service, id);
    const { body } = await service.as().get(`/blueprints/${id}`);
    expect(body.lint).to.deep.equal({ errors: [], warnings: [] });
  });

  it('keeps password hashes, and what else a blueprint holds', async () => {
    await using service = await startService();
    const bootc = { reference: 'registry.test/x' };
    const users = [
      { name: 'u', password: HASH, hasPassword: true },
      { name: 'v', ssh_key: 'k' },
    ];
    const { id } = await service.given.blueprint({
      versions: [{ ...governed({ users, cacerts: { pem_certs: ['PEM'] } }), bootc, name: 'n', metadata: null }],
    });
    tailored(service.compliance, '');
    await fixup(service, id);
    expect((await versions(service))[1].body).to.deep.equal({
      ...governed({ users: [{ name: 'u', password: HASH }, users[1]], cacerts: { pem_certs: ['PEM'] } }),
      bootc,
    });
  });

  it('stores a version without a policy, without a call to the compliance service', async () => {
    await using service = await startService();
    const profile = { ...governed(), customizations: { openscap: { profile_id: 'p' } } };
    const { id } = await service.given.blueprint({ versions: [profile] });
    expect((await fixup(service, id)).status).to.equal(200);
    expect((await versions(service))[1]).to.deep.equal({ version: 2, body: profile, service_snapshots: null });
  });

  it('refuses a blueprint without distribution', async () => {
    await using service = await startService();
    const { distribution: _, ...body } = governed();
    const { id } = await service.given.blueprint({ versions: [{ ...body, bootc: { reference: 'x' } }] });
    expect(await fixup(service, id)).to.be.refused(
      400,
      'fixing up blueprints is only available for package mode blueprints',
    );
    expect(await versions(service)).to.have.length(1);
  });

  it('stores nothing when the policy cannot be satisfied', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [governed()] });
    const missing = () => {
      answersTailorings(service.compliance);
      answersFile(service.compliance, 404);
    };
    for (const [fail, status, detail] of [
      [missing, 404, 'tailorings for a policy not found'],
      [() => answersTailorings(service.compliance, 403), 403, 'user is not authorized'],
      [() => answersTailorings(service.compliance, 500), 500, 'unexpected http status from compliance api'],
      [() => tailored(service.compliance, '= ='), 500, /^unable to parse blueprint for compliance policy: /],
    ] as const) {
      fail();
      expect(await fixup(service, id)).to.be.refused(status, detail);
    }
    const stranger = service.as({ entitled: false });
    expect(await stranger.post(`/experimental/blueprints/${id}/fixup`)).to.be.refused(
      400,
      'distribution not available',
    );
    expect(await versions(service)).to.have.length(1);
  });

  it('repairs the version that is the newest when it is stored', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [governed({ packages: ['first'] })] });
    answersTailorings(service.compliance);
    service.compliance.get(/tailoring_file/).reply(200, async () => {
      // Meanwhile somebody else changes the blueprint.
      await service.sql.query(
        `INSERT INTO blueprint_versions (id, blueprint_id, version, body) VALUES (gen_random_uuid(), $1, 2, $2)`,
        [id, governed({ packages: ['second'] })],
      );
      return '[[packages]]\nname = "aide"';
    });
    expect((await fixup(service, id)).status).to.equal(200);
    const stored = await versions(service);
    expect(stored).to.have.length(3);
    expect(stored[2].body.customizations.packages).to.deep.equal(['second', 'aide']);
  });

  it('reads the policy again when the blueprint has changed to another policy, for a limited number of attempts', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [governed()] });
    let version = 1;
    const policies = [OTHER_POLICY, POLICY, OTHER_POLICY];
    for (const [index, policy] of [POLICY, OTHER_POLICY, POLICY].entries()) {
      answersTailorings(service.compliance, 200, undefined, { policy });
      service.compliance.get(`/policies/${policy}/tailorings/6/tailoring_file.toml`).reply(200, async () => {
        version += 1;
        await service.sql.query(
          `INSERT INTO blueprint_versions (id, blueprint_id, version, body) VALUES (gen_random_uuid(), $1, $2, $3)`,
          [id, version, governed({ openscap: { policy_id: policies[index] } })],
        );
        return '';
      });
    }
    expect(await fixup(service, id)).to.be.refused(503, /please try again/);
    expect(await versions(service)).to.have.length(version);
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001', versions: [governed()] });
    const deleted = await service.given.blueprint({ deleted: true, versions: [governed()] });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await fixup(service, id)).to.be.refused(404, 'blueprint not found');
    }
    expect(await versions(service)).to.have.length(2);
  });
});
