import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest, HASH, withCustomizations } from '../domain/blueprints/support.ts';
import { answersTailorings, OTHER_POLICY, POLICY, REQUIRED, tailored } from '../domain/compliance/support.ts';
import { startService, type TestService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

const versions = async ({ sql }: TestService) =>
  (await sql.query('SELECT version, body, service_snapshots FROM blueprint_versions ORDER BY version')).rows;

/** The users of the newest version, as they are stored. */
const storedUsers = async (service: TestService) => (await versions(service)).at(-1).body.customizations.users;

const withUsers = (...users: object[]) => ({
  distribution: 'centos-9',
  customizations: { users },
  image_requests: blueprintRequest().image_requests,
});

describe('updateBlueprint', () => {
  it('stores the next version and changes name and description', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'before', description: 'old' });
    const reply = await service.as().put(`/blueprints/${id}`, withCustomizations({ hostname: 'h' }));
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal({ id });
    const { rows } = await service.sql.query('SELECT name, description FROM blueprints');
    expect(rows).to.deep.equal([{ name: 'web server', description: 'nginx' }]);
    const [first, second] = await versions(service);
    expect(first).to.deep.include({ version: 1 });
    expect(second).to.deep.equal({
      version: 2,
      body: {
        ...{ distribution: 'centos-9', customizations: { hostname: 'h' } },
        image_requests: blueprintRequest().image_requests,
      },
      service_snapshots: null,
    });
  });

  it('clears members that the request omits', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ description: 'old', versions: [withUsers({ name: 'u' })] });
    const { description: _, ...request } = blueprintRequest();
    await service.as().put(`/blueprints/${id}`, request);
    expect((await service.sql.query('SELECT description FROM blueprints')).rows).to.deep.equal([{ description: '' }]);
    expect((await versions(service))[1].body.customizations).to.deep.equal({});
  });

  it('stores versions of image mode', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const bootc = { reference: 'registry.test/x' };
    const { distribution: _, ...request } = blueprintRequest({ bootc });
    expect((await service.as().put(`/blueprints/${id}`, request)).status).to.equal(200);
    expect((await versions(service))[1].body)
      .to.include.keys('bootc')
      .and.not.include.keys('distribution');
  });

  it('accepts metadata and leaves them as they are', async () => {
    await using service = await startService();
    const metadata = { parent_id: null, exported_at: 'then', is_on_prem: true };
    const { id } = await service.given.blueprint({ metadata });
    const changed = { parent_id: UNKNOWN, exported_at: 'now', is_on_prem: false };
    const reply = await service.as().put(`/blueprints/${id}`, blueprintRequest({ metadata: changed }));
    expect(reply.status, reply.text).to.equal(200);
    expect((await service.sql.query('SELECT metadata FROM blueprints')).rows).to.deep.equal([{ metadata }]);
    const malformed = blueprintRequest({ metadata: { ...changed, parent_id: 'x' } });
    expect(await service.as().put(`/blueprints/${id}`, malformed)).to.be.refused(400, /parent_id/);
  });

  describe('users', () => {
    const stored = { name: 'u', password: HASH, ssh_key: 'stored key', groups: ['wheel'] };

    for (const [what, requested, expected] of [
      ['keep the credentials that are not sent', { name: 'u' }, { name: 'u', password: HASH, ssh_key: 'stored key' }],
      [
        'keep them whatever is claimed',
        { name: 'u', hasPassword: false },
        { name: 'u', password: HASH, ssh_key: 'stored key' },
      ],
      ['lose an emptied password', { name: 'u', password: '' }, { name: 'u', ssh_key: 'stored key' }],
      ['lose an emptied key', { name: 'u', ssh_key: '' }, { name: 'u', password: HASH }],
      ['that are new have what is sent', { name: 'new', ssh_key: 'k', password: '' }, { name: 'new', ssh_key: 'k' }],
    ] as const) {
      it(what, async () => {
        await using service = await startService();
        const { id } = await service.given.blueprint({ versions: [withUsers(stored)] });
        const reply = await service.as().put(`/blueprints/${id}`, withCustomizations({ users: [requested] }));
        expect(reply.status, reply.text).to.equal(200);
        expect(await storedUsers(service)).to.deep.equal([expected]);
      });
    }

    it('get a hash of a new password', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ versions: [withUsers(stored)] });
      await service.as().put(`/blueprints/${id}`, withCustomizations({ users: [{ name: 'u', password: 'new' }] }));
      const [user] = await storedUsers(service);
      expect(user.password)
        .to.match(/^\$6\$/)
        .and.not.equal(HASH);
      expect(user.ssh_key).to.equal('stored key');
    });

    it('drop empty credentials also where there were no users before', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      const users = [{ name: 'u', password: '', ssh_key: '' }];
      await service.as().put(`/blueprints/${id}`, withCustomizations({ users }));
      expect(await storedUsers(service)).to.deep.equal([{ name: 'u' }]);
    });

    it('are merged with the version before, not with older ones', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ versions: [withUsers(stored), withUsers()] });
      await service.as().put(`/blueprints/${id}`, withCustomizations({ users: [{ name: 'u' }] }));
      expect(await storedUsers(service)).to.deep.equal([{ name: 'u' }]);
    });
  });

  it('applies the rules of creation and stores nothing when one is broken', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'before' });
    const customizations = { users: [{ name: ' ' }], files: [{ path: 'x' }] };
    const reply = await service.as().put(`/blueprints/${id}`, blueprintRequest({ name: ' ', customizations }));
    expect(reply.status).to.equal(422);
    expect(reply.body.errors.map(({ title }: { title: string }) => title)).to.deep.equal([
      'blueprint name rule violation',
      'user rule violation',
      'file rule violation',
    ]);
    expect(await versions(service)).to.have.length(1);
    expect((await service.sql.query('SELECT name FROM blueprints')).rows).to.deep.equal([{ name: 'before' }]);
  });

  it('refuses the name of another blueprint, and keeps its own', async () => {
    await using service = await startService();
    await service.given.blueprint({ name: 'taken' });
    await service.given.blueprint({ name: 'free for us', orgId: '000001' });
    const { id } = await service.given.blueprint({ name: 'mine' });
    expect(await service.as().put(`/blueprints/${id}`, blueprintRequest({ name: 'taken' }))).to.be.refused(
      422,
      'A blueprint with the same name already exists.',
      'Name not unique',
    );
    for (const name of ['mine', 'free for us']) {
      expect((await service.as().put(`/blueprints/${id}`, blueprintRequest({ name }))).status).to.equal(200);
    }
    const { rows } = await service.sql.query('SELECT version FROM blueprint_versions WHERE blueprint_id = $1', [id]);
    expect(rows).to.have.length(3);
  });

  describe('knows no blueprint', () => {
    const users = { users: [{ name: 'u', password: 'x' }] };

    it('that is not there, deleted, or of another organization', async () => {
      await using service = await startService();
      const stranger = await service.given.blueprint({ orgId: '000001', name: 'theirs' });
      const deleted = await service.given.blueprint({ deleted: true });
      for (const id of [UNKNOWN, stranger.id, deleted.id]) {
        for (const request of [blueprintRequest(), withCustomizations(users)]) {
          expect(await service.as().put(`/blueprints/${id}`, request)).to.be.refused(404, 'blueprint not found');
        }
      }
      expect(await versions(service)).to.have.length(2);
      const { rows } = await service.sql.query('SELECT name FROM blueprints WHERE id = $1', [stranger.id]);
      expect(rows).to.deep.equal([{ name: 'theirs' }]);
    });

    it('before the rules when there are users, after them when there are none', async () => {
      await using service = await startService();
      const path = `/blueprints/${UNKNOWN}`;
      const broken = (customizations: object) => blueprintRequest({ name: ' ', customizations });
      expect(await service.as().put(path, broken(users))).to.be.refused(404, 'blueprint not found');
      expect((await service.as().put(path, broken({}))).status).to.equal(422);
    });
  });

  describe('meant for a version', () => {
    const CHANGED = 'the newest version of the blueprint is none of those that If-Match names';
    const ifMatch = (tag: string | undefined) => ({ headers: { 'if-match': tag } });

    it('is stored while the version is the newest one', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ name: 'before' });
      const path = `/blueprints/${id}`;
      for (const other of ['', '"other", ']) {
        const tag = (await service.as().get(path)).headers.etag;
        const reply = await service.as().put(path, blueprintRequest(), ifMatch(other + tag));
        expect(reply.status, reply.text).to.equal(200);
        expect(reply.headers).not.to.have.property('etag');
      }
      expect((await service.as().put(path, blueprintRequest(), ifMatch('*'))).status).to.equal(200);
      expect(await versions(service)).to.have.length(4);
    });

    it('is rejected when a newer version exists, and changes nothing', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ name: 'before' });
      const path = `/blueprints/${id}`;
      const tag = (await service.as().get(path)).headers.etag ?? '';
      await service.as().put(path, blueprintRequest({ name: 'of somebody else' }));
      for (const old of [tag, `W/${(await service.as().get(path)).headers.etag}`, '"2"', 'anything']) {
        expect(await service.as().put(path, blueprintRequest(), ifMatch(old)), old).to.be.refused(412, CHANGED);
      }
      expect(await versions(service)).to.have.length(2);
      expect((await service.sql.query('SELECT name FROM blueprints')).rows).to.deep.equal([
        { name: 'of somebody else' },
      ]);
    });

    it('does not depend on its lint', async () => {
      await using service = await startService();
      const openscap = { policy_id: POLICY };
      const { image_requests } = blueprintRequest();
      const body = { distribution: 'rhel-9.6', customizations: { openscap }, image_requests };
      const { id } = await service.given.blueprint({ versions: [body] });
      const path = `/blueprints/${id}`;
      tailored(service.compliance);
      const tag = (await service.as().get(path)).headers.etag ?? '';
      tailored(service.compliance, '');
      expect((await service.as().get(path)).headers.etag).not.to.equal(tag);
      expect((await service.as().put(path, blueprintRequest(), ifMatch(tag))).status).to.equal(200);
    });

    it('is checked after the existence of the blueprint and before its content', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      const broken = blueprintRequest({ name: ' ' });
      expect(await service.as().put(`/blueprints/${id}`, broken, ifMatch('"7-x"'))).to.be.refused(412, CHANGED);
      expect((await service.as().put(`/blueprints/${id}`, broken, ifMatch('*'))).status).to.equal(422);
      const unknown = await service.as().put(`/blueprints/${UNKNOWN}`, blueprintRequest(), ifMatch('*'));
      expect(unknown).to.be.refused(404, 'blueprint not found');
    });

    it('is stored once for concurrent requests', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint();
      const path = `/blueprints/${id}`;
      const tag = (await service.as().get(path)).headers.etag;
      const replies = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          service.as().put(path, blueprintRequest({ name: `by ${i}` }), ifMatch(tag)),
        ),
      );
      const statuses = replies.map(({ status }) => status).sort();
      expect(statuses).to.deep.equal([200, ...Array.from({ length: 11 }, () => 412)]);
      expect(await versions(service)).to.have.length(2);
    });
  });

  describe('with a compliance policy', () => {
    const openscap = { policy_id: POLICY };

    it('records the current requirements of the policy', async () => {
      await using service = await startService();
      const recorded = { compliance: { policy_id: OTHER_POLICY, policy_customizations: {} } };
      const { id } = await service.given.blueprint({ serviceSnapshots: recorded });
      tailored(service.compliance);
      const request = { ...withCustomizations({ openscap }), distribution: 'rhel-9.6' };
      const reply = await service.as().put(`/blueprints/${id}`, request);
      expect(reply.status, reply.text).to.equal(200);
      const [first, second] = await versions(service);
      expect(first.service_snapshots).to.deep.equal(recorded);
      expect(second.service_snapshots).to.deep.equal({
        compliance: { policy_id: POLICY, policy_customizations: { openscap, ...REQUIRED } },
      });
    });

    it('stores nothing for an unreadable or forbidden policy', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ name: 'before' });
      const request = { ...withCustomizations({ openscap }), distribution: 'rhel-9.6' };
      answersTailorings(service.compliance, 500);
      expect(await service.as().put(`/blueprints/${id}`, request)).to.be.refused(
        500,
        'Failed to build compliance snapshots',
      );
      answersTailorings(service.compliance, 401);
      expect(await service.as().put(`/blueprints/${id}`, request)).to.be.refused(403, 'user is not authorized');
      expect(await service.as().put(`/blueprints/${id}`, { ...request, distribution: 'centos-9' })).to.be.refused(400);
      const malformed = withCustomizations({ openscap: { policy_id: 'x' } });
      expect(await service.as().put(`/blueprints/${id}`, malformed)).to.be.refused(400, /policy_id/);
      expect(await versions(service)).to.have.length(1);
    });
  });
});
