import { expect } from 'chai';
import { describe, it } from 'mocha';
import type nock from 'nock';
import { parse } from 'smol-toml';
import { HASH } from '../domain/blueprints/support.ts';
import { TomlBody } from '../support/client.ts';
import { blueprintBody, guestImageRequest } from '../support/given.ts';
import { fedoraIdentityHeader, identityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';
const EPEL = (major: number): string => `https://dl.fedoraproject.org/pub/epel/${major}/Everything/x86_64/`;
const ONE = '00000020-0000-4000-8000-000000000001';
const TWO = '00000020-0000-4000-8000-000000000002';
const SHARED = '00000022-0000-4000-8000-000000000009';
const PERMISSION =
  /user is not authorized - please check your 'Repositories viewer' or 'Content Template viewer' permissions/;

/** Content sources knows these repositories when it is asked for EPEL. */
const knows = (contentSources: nock.Scope, ...data: object[]): void => {
  contentSources
    .get('/repositories/')
    .query(({ url, origin }) => url === [10, 9, 8].map(EPEL).join() && String(origin).includes('community'))
    .matchHeader('x-rh-identity', identityHeader())
    .reply(200, { data, meta: { count: data.length } });
};

/** Content sources is asked to describe these repositories. */
const describes = (contentSources: nock.Scope, uuids: string[], status: number, body: string | object): void => {
  contentSources
    .post('/repositories/bulk_export/', { repository_uuids: uuids })
    .matchHeader('x-rh-identity', identityHeader())
    .reply(status, body);
};

const withRepositories = (...custom: object[]) => ({
  versions: [{ ...blueprintBody, customizations: { custom_repositories: custom } }],
});

describe('exportBlueprint', () => {
  it('returns the newest version in a form that can be imported', async () => {
    await using service = await startService();
    const image = (date: string) => ({ ...guestImageRequest, snapshot_date: date });
    const { id } = await service.given.blueprint({
      ...{ name: 'web', description: 'nginx', metadata: { parent_id: null, exported_at: 'then', is_on_prem: true } },
      versions: [{}, { ...blueprintBody, image_requests: [image('2025-02-03'), image('2025-02-04')] }],
    });
    const reply = await service.as().get(`/blueprints/${id}/export`);
    expect(reply.status, reply.text).to.equal(200);
    const { metadata, ...exported } = reply.body;
    expect(exported).to.deep.equal({
      ...{ name: 'web', description: 'nginx', distribution: 'centos-9', snapshot_date: '2025-02-03' },
      customizations: { packages: ['nginx'] },
    });
    const { exported_at: exportedAt, ...origin } = metadata;
    expect(origin).to.deep.equal({ parent_id: id, is_on_prem: false });
    expect(exportedAt).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \+0000 UTC$/);
    const time = Date.parse(exportedAt.replace(' +0000 UTC', 'Z').replace(' ', 'T'));
    expect(time).to.be.within(Date.now() - 60_000, Date.now() + 60_000);
  });

  it('omits secrets', async () => {
    await using service = await startService();
    const customizations = {
      users: [{ name: 'u', password: HASH, ssh_key: 'k' }],
      cacerts: { pem_certs: ['the certificate'] },
      subscription: {
        organization: 1,
        'activation-key': 'the activation key',
        'server-url': 's',
        'base-url': 'b',
        insights: true,
      },
      aap_registration: { ansible_callback_url: 'https://aap.test', host_config_key: 'the host key' },
      files: [{ path: '/usr/local/sbin/register-satellite', data: 'the token' }],
    };
    const bootc = { reference: 'registry.test/x' };
    const { id } = await service.given.blueprint({
      versions: [{ bootc, customizations, image_requests: [guestImageRequest] }],
    });
    const reply = await service.as().get(`/blueprints/${id}/export`);
    expect(reply.body).to.deep.include({
      bootc,
      customizations: {
        users: [{ name: 'u', ssh_key: 'k', hasPassword: true }],
        aap_registration: { ansible_callback_url: 'https://aap.test', host_config_key: '' },
      },
    });
    for (const secret of [HASH, 'the certificate', 'the activation key', 'the host key', 'the token']) {
      expect(reply.text).not.to.include(secret);
    }
  });

  describe('of a blueprint with secrets', () => {
    const secrets = {
      users: [{ name: 'u', password: HASH, ssh_key: 'k' }],
      subscription: {
        ...{ organization: 1, 'activation-key': 'the activation key', 'server-url': 's', 'base-url': 'b' },
        insights: true,
      },
      payload_repositories: [{ rhsm: false, baseurl: 'https://user:the-password@repo.test/x' }],
      files: [
        { path: '/etc/motd', data: 'hello' },
        { path: '/etc/key', data: '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----' },
      ],
    };
    const SECRET = /the activation key|the-password|MIIE/;
    const POINTERS = [
      ...['/customizations/users/0/password', '/customizations/subscription', '/customizations/files/1'],
      '/customizations/payload_repositories/0/baseurl',
    ];
    const versions = [{ ...blueprintBody, customizations: secrets }];

    it('names what it leaves out in a header, and in the body on request', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ versions });
      const plain = await service.as().get(`/blueprints/${id}/export`);
      expect(plain.text).not.to.match(SECRET);
      expect(plain.body).not.to.include.keys('omitted');
      expect(plain.body.customizations.payload_repositories).to.deep.equal([
        { rhsm: false, baseurl: 'https://repo.test/x' },
      ]);
      expect(plain.headers['blueprint-omitted']).to.equal(POINTERS.map((pointer) => `"${pointer}"`).join(', '));
      const listed = await service.as().get(`/blueprints/${id}/export?include_secrets=false`);
      expect(listed.text).not.to.match(SECRET);
      expect(listed.body.customizations).to.deep.equal(plain.body.customizations);
      expect(listed.body.omitted.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal(POINTERS);
      expect(listed.body.omitted[2]).to.include({ path: '/etc/key', reason: 'private_key' });
    });

    it('has them where the caller requests them, but no passwords', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ versions });
      const { body, text } = await service.as().get(`/blueprints/${id}/export?include_secrets=true`);
      expect(text).not.to.include(HASH);
      expect(body.customizations).to.deep.equal({
        ...secrets,
        users: [{ name: 'u', ssh_key: 'k', hasPassword: true }],
      });
      expect(body.omitted.map(({ reason }: { reason: string }) => reason)).to.deep.equal(['password']);
    });

    it('leaves out credentials in the addresses that content sources describes', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint(withRepositories({ id: ONE }));
      for (const [query, url] of [
        ['', 'https://repo.test'],
        ['?include_secrets=true', 'https://user:the-password@repo.test'],
      ] as const) {
        knows(service.contentSources);
        describes(service.contentSources, [ONE], 200, [{ name: 'one', url: 'https://user:the-password@repo.test' }]);
        const { body } = await service.as().get(`/blueprints/${id}/export${query}`);
        expect(body.content_sources).to.deep.equal([{ name: 'one', url }]);
      }
    });

    it('says at the import what is missing until it is filled in', async () => {
      await using service = await startService();
      const { as } = service;
      const { id } = await service.given.blueprint({ versions });
      const { body: exported } = await as().get(`/blueprints/${id}/export?include_secrets=false`);
      const { content_sources: _sources, snapshot_date: _date, ...content } = exported;
      const request = { ...content, image_requests: [guestImageRequest] };
      const imported = await as().post('/blueprints', { ...request, name: 'copy' });
      expect(imported.status, imported.text).to.equal(201);
      expect(imported.body.missing).to.deep.equal(exported.omitted);
      service.contentSources.get('/repositories/').query(true).optionally().reply(200, { data: [] });
      const validated = await as().post('/blueprints/validate', { ...request, name: 'another' });
      expect(validated.body.valid).to.equal(true);
      expect(validated.body.warnings).to.deep.include({
        pointer: '/customizations/files/1',
        detail: 'missing since the export: a file with what looks like a private key (/etc/key)',
      });
      const filled = await as().post('/blueprints', { ...request, customizations: secrets, name: 'filled' });
      expect(filled.body).to.have.all.keys('id');
    });
  });

  describe('for composer-cli', () => {
    const TOML = { headers: { accept: 'application/toml' } };
    const customizations = {
      packages: ['nginx', '@core'],
      users: [{ name: 'u', password: HASH, ssh_key: 'k' }],
      subscription: {
        ...{ organization: 1, 'activation-key': 'the activation key', 'server-url': 's', 'base-url': 'b' },
        insights: true,
      },
      payload_repositories: [{ rhsm: false, baseurl: 'https://user:the-password@repo.test/x' }],
      custom_repositories: [{ id: 'mine', baseurl: ['https://user:the-password@mine.test'], check_gpg: true }],
      fips: { enabled: true },
    };
    const versions = [{ ...blueprintBody, customizations }];
    const SECRET = new RegExp(`the activation key|the-password|${HASH.replaceAll('$', '\\$')}`);

    it('is TOML, without secrets', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ name: 'web', description: 'nginx', versions });
      service.contentSources.get('/repositories/').query(true).reply(200, { data: [] });
      const { status, headers, text } = await service.as().get(`/blueprints/${id}/export`, TOML);
      expect(status, text).to.equal(200);
      expect(headers['content-type']).to.equal('application/toml');
      expect(parse(text)).to.deep.equal({
        ...{ name: 'web', description: 'nginx', version: '0.0.1', distro: 'centos-9' },
        packages: [{ name: 'nginx' }],
        groups: [{ name: 'core' }],
        customizations: {
          user: [{ name: 'u', key: 'k' }],
          repositories: [{ id: 'mine', baseurls: ['https://mine.test'], gpgcheck: true }],
          fips: true,
        },
      });
      expect(text).not.to.match(SECRET);
    });

    it('lists what it lacks in comments and a header', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ name: 'web', versions });
      service.contentSources.get('/repositories/').query(true).reply(200, { data: [] });
      const { headers, text } = await service.as().get(`/blueprints/${id}/export`, TOML);
      const lacking = ['/customizations/users/0/password', '/customizations/subscription'];
      for (const pointer of [...lacking, '/customizations/payload_repositories']) {
        expect(headers['blueprint-omitted']).to.include(`"${pointer}"`);
        expect(text).to.include(`#   ${pointer}: `);
      }
    });

    it('can be imported again', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ name: 'web', versions: [blueprintBody] });
      const { text } = await service.as().get(`/blueprints/${id}/export`, TOML);
      const { body } = await service.as().post('/blueprints/import', new TomlBody(text));
      expect(body.blueprint.customizations).to.deep.equal(blueprintBody.customizations);
    });

    for (const accept of ['*/*', 'application/json, application/toml', 'text/html', undefined]) {
      it(`is JSON for clients that do not prefer TOML: ${accept}`, async () => {
        await using service = await startService();
        const { id } = await service.given.blueprint({ versions: [blueprintBody] });
        const reply = await service.as().get(`/blueprints/${id}/export`, { headers: { accept } });
        expect(reply.headers['content-type']).to.equal('application/json');
        expect(reply.body.name).to.be.a('string');
      });
    }
  });

  it('describes each custom repository known to content sources once', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint(
      withRepositories(
        { id: ONE },
        { id: TWO, baseurl: ['https://two.test'] },
        { id: ONE },
        { id: 'mine' },
        { id: '' },
      ),
    );
    const described = [{ name: 'one', url: 'https://one.test', unknown_member: { kept: true } }];
    for (const status of [200, 201]) {
      knows(service.contentSources);
      describes(service.contentSources, [ONE, TWO], status, described);
      const reply = await service.as().get(`/blueprints/${id}/export`);
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.body.content_sources).to.deep.equal(described);
    }
  });

  it('exports community repositories instead of the organization’s copies', async () => {
    await using service = await startService();
    const baseurl = [EPEL(9), 'https://mirror.test'];
    const customizations = {
      custom_repositories: [
        { id: ONE, name: 'my epel', baseurl },
        { id: TWO, name: 'other', baseurl: [EPEL(8)] },
      ],
      payload_repositories: [
        { rhsm: false, id: ONE, baseurl: EPEL(9) },
        { rhsm: false, baseurl: 'https://other.test' },
      ],
    };
    const { id } = await service.given.blueprint({ versions: [{ ...blueprintBody, customizations }] });
    knows(
      service.contentSources,
      { uuid: SHARED, name: 'EPEL 9', url: EPEL(9), origin: 'community' },
      { uuid: ONE, name: 'my epel', url: EPEL(9), origin: 'external' },
      { uuid: TWO, name: 'other', url: EPEL(8), origin: 'external' },
    );
    describes(service.contentSources, [SHARED, TWO], 201, []);
    const { body } = await service.as().get(`/blueprints/${id}/export`);
    expect(body.customizations).to.deep.equal({
      custom_repositories: [{ id: SHARED, name: 'EPEL 9', baseurl }, customizations.custom_repositories[1]],
      payload_repositories: [
        { rhsm: false, id: SHARED, baseurl: EPEL(9) },
        { rhsm: false, baseurl: 'https://other.test' },
      ],
    });
  });

  it('calls no service without custom repositories', async () => {
    await using service = await startService();
    const customizations = { payload_repositories: [{ rhsm: false, baseurl: EPEL(9) }] };
    const { id } = await service.given.blueprint({ versions: [{ ...blueprintBody, customizations }] });
    const { body } = await service.as().get(`/blueprints/${id}/export`);
    expect(body.customizations).to.deep.equal(customizations);
    expect(body).not.to.include.keys('content_sources');
  });

  for (const answer of ['', 'null']) {
    it(`has no descriptions when content sources has none: ${JSON.stringify(answer)}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint(withRepositories({ id: ONE }));
      knows(service.contentSources);
      describes(service.contentSources, [ONE], 201, answer);
      const { status, body } = await service.as().get(`/blueprints/${id}/export`);
      expect(status).to.equal(200);
      expect(body).not.to.include.keys('content_sources');
    });
  }

  for (const refusal of [401, 403]) {
    it(`refuses a caller who may not see repositories (${refusal})`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint(withRepositories({ id: ONE }));
      knows(service.contentSources);
      describes(service.contentSources, [ONE], refusal, {});
      expect(await service.as().get(`/blueprints/${id}/export`)).to.be.refused(403, PERMISSION);
      service.contentSources.get('/repositories/').query(true).reply(refusal, {});
      expect(await service.as().get(`/blueprints/${id}/export`)).to.be.refused(403, PERMISSION);
    });
  }

  it('names deleted repositories', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint(withRepositories({ id: ONE }));
    knows(service.contentSources);
    describes(service.contentSources, [ONE], 404, { errors: [] });
    expect(await service.as().get(`/blueprints/${id}/export`)).to.be.refused(400, new RegExp(ONE));
  });

  for (const [what, status, answer] of [
    ['an error', 500, '[]'],
    ['no JSON', 200, 'oops'],
    ['no list', 200, '{}'],
  ] as const) {
    it(`fails when content sources answers with ${what}`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint(withRepositories({ id: ONE }));
      knows(service.contentSources);
      describes(service.contentSources, [ONE], status, answer);
      expect(await service.as().get(`/blueprints/${id}/export`)).to.be.refused(500, /content sources answered/);
    });
  }

  it('fails when content sources does not respond', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint(withRepositories({ id: ONE }));
    knows(service.contentSources);
    service.contentSources.post('/repositories/bulk_export/').replyWithError('connection refused to 10.0.0.1');
    const reply = await service.as().get(`/blueprints/${id}/export`);
    expect(reply).to.be.refused(500, /content sources did not answer/);
    expect(reply.text).not.to.include('10.0.0.1');
  });

  it('does not call content sources without an identity of the platform', async () => {
    await using service = await startService({ env: { FEDORA_AUTH: 'true' } });
    const { id } = await service.given.blueprint({ orgId: 'alice', ...withRepositories({ id: ONE }) });
    const alice = service.with({ 'x-fedora-identity': fedoraIdentityHeader('alice') });
    const reply = await alice.get(`/blueprints/${id}/export`);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body.customizations).to.deep.equal({ custom_repositories: [{ id: ONE }] });
    expect(reply.body).not.to.include.keys('content_sources');
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001' });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await service.as().get(`/blueprints/${id}/export`)).to.be.refused(404, 'blueprint not found');
    }
  });
});
