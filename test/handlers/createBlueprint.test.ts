import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest, HASH, withCustomizations } from '../domain/blueprints/support.ts';
import { answersFile, answersTailorings, POLICY, REQUIRED, tailored } from '../domain/compliance/support.ts';
import { fedoraIdentityHeader, identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NOT_BUILT = 'Failed to build compliance snapshots';
const openscap = { policy_id: POLICY };
const policyRequest = () => ({ ...withCustomizations({ openscap }), distribution: 'rhel-9.6' });

const nothingStored = async (service: TestService): Promise<void> => {
  const { rows } = await service.sql.query('SELECT id FROM blueprints UNION ALL SELECT id FROM blueprint_versions');
  expect(rows).to.deep.equal([]);
};

describe('createBlueprint', () => {
  it('stores a blueprint with version 1 for the organization and returns its id', async () => {
    await using service = await startService();
    const request = { ...blueprintRequest({ customizations: { packages: ['nginx'] } }) };
    const reply = await service.as({ orgId: '000001', accountNumber: '600000' }).post('/blueprints', request);
    expect(reply.status, reply.text).to.equal(201);
    expect(Object.keys(reply.body)).to.deep.equal(['id']);
    expect(reply.body.id).to.match(UUID);

    const { rows: blueprints } = await service.sql.query(
      'SELECT id, org_id, account_number, name, description, metadata, deleted FROM blueprints',
    );
    expect(blueprints).to.deep.equal([
      {
        ...{ id: reply.body.id, org_id: '000001', account_number: '600000', name: 'web server', description: 'nginx' },
        ...{ metadata: null, deleted: false },
      },
    ]);
    const { rows: versions } = await service.sql.query(
      'SELECT id, blueprint_id, version, body, service_snapshots FROM blueprint_versions',
    );
    const { name: _name, description: _description, ...body } = request;
    expect(versions).to.have.length(1);
    expect(versions[0]).to.deep.include({ blueprint_id: reply.body.id, version: 1, body, service_snapshots: null });
    expect(versions[0].id).to.match(UUID);
  });

  it('stores an empty description by default, and the defaults of the contract', async () => {
    await using service = await startService();
    const { description: _, ...request } = withCustomizations({ files: [{ path: '/etc/motd' }] });
    await service.as().post('/blueprints', request);
    const { rows } = await service.sql.query(
      'SELECT description, body FROM blueprints JOIN blueprint_versions AS v ON v.blueprint_id = blueprints.id',
    );
    expect(rows[0].description).to.equal('');
    expect(rows[0].body.customizations.files).to.deep.equal([
      { path: '/etc/motd', data_encoding: 'plain', ensure_parents: false },
    ]);
  });

  for (const metadata of [
    {
      parent_id: '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10',
      exported_at: '2026-03-01 08:30:00 +0000 UTC',
      is_on_prem: false,
    },
    { parent_id: null, exported_at: '', is_on_prem: true },
  ]) {
    it(`keeps where an imported blueprint comes from: ${JSON.stringify(metadata.parent_id)}`, async () => {
      await using service = await startService();
      const reply = await service.as().post('/blueprints', blueprintRequest({ metadata }));
      expect(reply.status, reply.text).to.equal(201);
      const { rows } = await service.sql.query('SELECT metadata FROM blueprints');
      expect(rows[0].metadata).to.deep.equal(metadata);
    });
  }

  it('rejects a malformed parent id', async () => {
    await using service = await startService();
    const metadata = { parent_id: 'x', exported_at: '', is_on_prem: false };
    const reply = await service.as().post('/blueprints', blueprintRequest({ metadata, name: ' ' }));
    expect(reply).to.be.refused(400, /^cannot parse request body: /);
    await nothingStored(service);
  });

  describe('passwords', () => {
    const users = [
      { name: 'clear', password: 'correct horse' },
      { name: 'hashed', password: HASH, hasPassword: false },
      { name: 'empty', password: '', ssh_key: '', hasPassword: true },
      { name: 'key', ssh_key: 'ssh-ed25519 AAAA' },
    ];

    it('are stored as hashes, without empty passwords and the hasPassword member', async () => {
      await using service = await startService();
      const reply = await service.as().post('/blueprints', withCustomizations({ users }));
      expect(reply.status, reply.text).to.equal(201);
      const { rows } = await service.sql.query('SELECT body FROM blueprint_versions');
      const [clear, ...others] = rows[0].body.customizations.users;
      expect(clear.password).to.match(/^\$6\$.{16}\$.{86}$/);
      expect(others).to.deep.equal([
        { name: 'hashed', password: HASH },
        { name: 'empty' },
        { name: 'key', ssh_key: 'ssh-ed25519 AAAA' },
      ]);
    });

    it('appear in clear neither in the database nor in the log', async () => {
      await using service = await startService({ env: { LOG_LEVEL: 'trace' } });
      const { body } = await service.as().post('/blueprints', withCustomizations({ users }));
      await service.as().post('/blueprints', withCustomizations({ users }));
      await service.as().put(`/blueprints/${body.id}`, withCustomizations({ users: [users[0]!] }));
      await service.as().post('/blueprints', { ...withCustomizations({ users }), name: ' ' });
      const { rows } = await service.sql.query(
        'SELECT b::text || v::text AS text FROM blueprints AS b JOIN blueprint_versions AS v ON v.blueprint_id = b.id',
      );
      expect(rows).to.have.length(2);
      expect(service.logs.length).to.be.greaterThan(0);
      expect(JSON.stringify([rows, service.logs])).not.to.include('correct horse');
    });
  });

  it('reports all broken rules together, in order, and stores nothing', async () => {
    await using service = await startService();
    const request = blueprintRequest({
      name: '\n',
      customizations: {
        users: [{ name: '' }],
        files: [{ path: '/etc/passwd' }],
        directories: [{ path: '/usr/"x"' }],
        filesystem: [{ mountpoint: 'x', min_size: 1 }],
      },
    });
    const reply = await service.as().post('/blueprints', request);
    expect(reply.status).to.equal(422);
    expect(reply.body).to.deep.equal({
      errors: [
        {
          title: 'blueprint name rule violation',
          detail: 'the blueprint name must contain at least two characters',
        },
        { title: 'user rule violation', detail: 'missing user name' },
        { title: 'file rule violation', detail: 'file "/etc/passwd": path "/etc/passwd" is not allowed' },
        {
          title: 'directory rule violation',
          detail: 'directory "/usr/\\"x\\"": path "/usr/\\"x\\"" is not allowed',
        },
        { title: 'filesystem rule violation', detail: 'mountpoint "x" must be absolute' },
        { title: 'filesystem rule violation', detail: 'mountpoint "x" minimum size must be at least 1MB' },
      ],
    });
    await nothingStored(service);
  });

  it('rejects a name that the organization already uses; other organizations may use it', async () => {
    await using service = await startService();
    expect((await service.as().post('/blueprints', blueprintRequest())).status).to.equal(201);
    expect(await service.as().post('/blueprints', blueprintRequest())).to.be.refused(
      422,
      'A blueprint with the same name already exists.',
      'Name not unique',
    );
    expect((await service.as().post('/blueprints', blueprintRequest({ name: 'Web server' }))).status).to.equal(201);
    const stranger = service.as({ orgId: '000001' });
    expect((await stranger.post('/blueprints', blueprintRequest())).status).to.equal(201);
  });

  it('accepts a name that became free', async () => {
    await using service = await startService();
    const { body } = await service.as().post('/blueprints', blueprintRequest());
    await service.as().delete(`/blueprints/${body.id}`);
    expect((await service.as().post('/blueprints', blueprintRequest())).status).to.equal(201);
  });

  it('requires neither a distribution nor a base image, nor permission to use one', async () => {
    await using service = await startService();
    const { distribution: _, ...neither } = blueprintRequest();
    const requests = [neither, blueprintRequest({ name: 'r', distribution: 'fedora-42' })];
    for (const request of requests) {
      expect((await service.as({ entitled: false }).post('/blueprints', request)).status).to.equal(201);
    }
  });

  describe('with a compliance policy', () => {
    it('records the requirements of the policy, read on behalf of the caller', async () => {
      await using service = await startService();
      tailored(service.compliance, undefined, { identity: identityHeader() });
      const reply = await service.as().post('/blueprints', policyRequest());
      expect(reply.status, reply.text).to.equal(201);
      const { rows } = await service.sql.query('SELECT body, service_snapshots FROM blueprint_versions');
      expect(rows[0].service_snapshots).to.deep.equal({
        compliance: { policy_id: POLICY, policy_customizations: { openscap, ...REQUIRED } },
      });
      expect(rows[0].body.customizations).to.deep.equal({ openscap });
    });

    for (const [what, request] of [
      ['a profile', { ...withCustomizations({ openscap: { profile_id: 'p' } }), distribution: 'rhel-9.6' }],
      ['the nil policy', withCustomizations({ openscap: { policy_id: '00000000-0000-0000-0000-000000000000' } })],
      ['image mode', { ...policyRequest(), distribution: undefined, bootc: { reference: 'x' } }],
    ] as const) {
      it(`records nothing and asks nobody for ${what}`, async () => {
        await using service = await startService();
        const reply = await service.as().post('/blueprints', request);
        expect(reply.status, reply.text).to.equal(201);
        const { rows } = await service.sql.query('SELECT service_snapshots FROM blueprint_versions');
        expect(rows[0].service_snapshots).to.equal(null);
      });
    }

    it('rejects a malformed policy id', async () => {
      await using service = await startService();
      const request = withCustomizations({ openscap: { policy_id: 'x' } });
      expect(await service.as().post('/blueprints', request)).to.be.refused(400, /policy_id must be a UUID/);
    });

    for (const [what, distribution, entitled, status, detail] of [
      ['no RHEL', 'centos-9', true, 400, 'unable to get major and minor version for distribution'],
      ['a distribution without data', 'rhel-84', true, 400, 'distribution not available'],
      ['a distribution that needs a subscription', 'rhel-9.6', false, 400, 'distribution not available'],
      ['a restricted distribution', 'fedora-42', true, 403, /not authorized to build fedora-42 images/],
    ] as const) {
      it(`refuses ${what} without asking`, async () => {
        await using service = await startService();
        const reply = await service.as({ entitled }).post('/blueprints', { ...policyRequest(), distribution });
        expect(reply).to.be.refused(status, detail);
        await nothingStored(service);
      });
    }

    it('refuses a caller who may not read the policy', async () => {
      await using service = await startService();
      answersTailorings(service.compliance, 403);
      expect(await service.as().post('/blueprints', policyRequest())).to.be.refused(403, 'user is not authorized');
      await nothingStored(service);
    });

    it('fails without storing anything when the policy cannot be read', async () => {
      await using service = await startService();
      const failures = [
        () => answersTailorings(service.compliance, 500),
        () =>
          service.compliance
            .get(/tailorings/)
            .query(true)
            .replyWithError('connection refused'),
        () => tailored(service.compliance, 'no toml'),
        () => {
          answersTailorings(service.compliance);
          answersFile(service.compliance, 404);
        },
      ];
      for (const fail of failures) {
        fail();
        expect(await service.as().post('/blueprints', policyRequest())).to.be.refused(500, NOT_BUILT);
      }
      await nothingStored(service);
    });

    it('rejects a policy without an identity of the platform', async () => {
      await using service = await startService({ env: { FEDORA_AUTH: 'true' }, allow: { '*': ['rhel'] } });
      const fedora = service.with({ 'x-fedora-identity': fedoraIdentityHeader('alice') });
      expect((await fedora.post('/blueprints', { ...policyRequest(), distribution: 'centos-9' })).status).to.equal(400);
      expect((await fedora.post('/blueprints', blueprintRequest())).status).to.equal(201);
    });
  });

  for (const [what, body] of [
    ['a name of more than 100 characters', blueprintRequest({ name: 'n'.repeat(101) })],
    ['a description of more than 250 characters', blueprintRequest({ description: 'd'.repeat(251) })],
    ['no image request', blueprintRequest({ image_requests: [] })],
    [
      'two equal image requests',
      blueprintRequest({ image_requests: Array(2).fill(blueprintRequest().image_requests[0]) }),
    ],
    ['an unknown member', { ...blueprintRequest(), surprise: 1 }],
    ['an unknown distribution', { ...blueprintRequest(), distribution: 'plan-9' }],
    ['a zero character', blueprintRequest({ description: 'a\0b' })],
    ['no body', undefined],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await using service = await startService();
      expect(await service.as().post('/blueprints', body)).to.be.refused(400, /^request body has an error: /);
    });
  }

  it('counts characters and not bytes', async () => {
    await using service = await startService();
    const request = blueprintRequest({ name: '🚀'.repeat(100), description: 'ü'.repeat(250) });
    expect((await service.as().post('/blueprints', request)).status).to.equal(201);
  });
});
