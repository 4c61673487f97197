import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest, HASH } from '../domain/blueprints/support.ts';
import { answersTailorings, OTHER_POLICY, POLICY, REQUIRED, tailored } from '../domain/compliance/support.ts';
import { blueprintBody, guestImageRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

const versions = async ({ sql }: TestService) =>
  (
    await sql.query(
      'SELECT version, body, service_snapshots, author, restored_from FROM blueprint_versions ORDER BY version',
    )
  ).rows;

const restore = (service: TestService, id: string, version: unknown, headers: Record<string, string> = {}) =>
  service.as().post(`/blueprints/${id}/restore`, { version }, { headers });

const withCustomizations = (customizations: object) => ({ ...blueprintBody, customizations });
const TWO = [withCustomizations({ users: [{ name: 'u', password: HASH }] }), withCustomizations({ hostname: 'new' })];

describe('restoreBlueprint', () => {
  it('stores the content of an earlier version as the next version, with its passwords, and returns its number', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'web', description: 'nginx', versions: TWO });
    const reply = await restore(service, id, 1);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal({ id, version: 3 });
    expect((await versions(service))[2]).to.deep.equal({
      ...{ version: 3, body: TWO[0], service_snapshots: null, author: 'user', restored_from: 1 },
    });
    const { body } = await service.as().get(`/blueprints/${id}`);
    expect(body).to.deep.include({ name: 'web', description: 'nginx' });
    expect(body.customizations.users).to.deep.equal([{ name: 'u', hasPassword: true }]);
    const listed = (await service.as().get('/blueprints')).body.data[0];
    expect(listed).to.include({ version: 3 });
  });

  it('appears in the list of versions', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: TWO });
    await restore(service, id, 1);
    const { data } = (await service.as().get(`/blueprints/${id}/versions`)).body;
    expect(data[0]).to.deep.include({ version: 3, changes: ['hostname', 'users'], restored_from: 1 });
    expect(data[1]).not.to.have.property('restored_from');
    expect((await service.as().get(`/blueprints/${id}/diff?from=1&to=3`)).body).to.deep.equal([]);
  });

  it('restores the newest version as well, and versions that were restored', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: TWO });
    for (const [version, made] of [
      [2, 3],
      [1, 4],
      [4, 5],
    ]) {
      expect((await restore(service, id, version)).body).to.deep.equal({ id, version: made });
    }
    expect((await versions(service)).map(({ restored_from }) => restored_from)).to.deep.equal([null, null, 2, 1, 4]);
  });

  it('omits members that earlier releases stored beside the content', async () => {
    await using service = await startService();
    const users = [{ name: 'u', password: HASH, hasPassword: true }];
    const old = { ...withCustomizations({ users }), name: 'old name', description: 'old' };
    const { id } = await service.given.blueprint({ versions: [old, blueprintBody] });
    expect((await restore(service, id, 1)).status).to.equal(200);
    expect((await versions(service))[2].body).to.deep.equal(TWO[0]);
  });

  for (const [what, body, title] of [
    ['a user', withCustomizations({ users: [{ name: ' ' }] }), 'user rule violation'],
    ['a file', withCustomizations({ files: [{ path: '/etc/passwd' }] }), 'file rule violation'],
    [
      'a file system',
      withCustomizations({ filesystem: [{ mountpoint: 'srv', min_size: 0 }] }),
      'filesystem rule violation',
    ],
  ] as const) {
    it(`refuses a version with ${what} that today's rules refuse, as an update would be`, async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ name: 'web server', versions: [body, blueprintBody] });
      const reply = await restore(service, id, 1);
      expect(reply).to.be.refused(422, /.+/, title);
      const update = await service.as().put(`/blueprints/${id}`, { ...body, name: 'web server' });
      expect([reply.status, reply.text]).to.deep.equal([update.status, update.text]);
      expect(await versions(service)).to.have.length(2);
    });
  }

  it('rejects a malformed version, naming the field', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: TWO });
    for (const odd of [0, -1, 1.5, '1', null, 2 ** 31, [1]]) {
      expect(await restore(service, id, odd), JSON.stringify(odd)).to.be.refused(400, /"\/version"/);
    }
    expect(await service.as().post(`/blueprints/${id}/restore`, {})).to.be.refused(400, /version/);
    expect((await service.as().post(`/blueprints/${id}/restore`)).status).to.equal(400);
    expect(await versions(service)).to.have.length(2);
  });

  it('responds 404 for unknown versions, unknown and deleted blueprints, and blueprints of another organization', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: TWO });
    const stranger = await service.given.blueprint({ orgId: '000001', versions: TWO });
    const deleted = await service.given.blueprint({ deleted: true, versions: TWO });
    expect(await restore(service, id, 3)).to.be.refused(404, 'blueprint not found');
    expect(await restore(service, id, 2 ** 31 - 1)).to.be.refused(404, 'blueprint not found');
    for (const unknown of [UNKNOWN, stranger.id, deleted.id]) {
      expect(await restore(service, unknown, 1)).to.be.refused(404, 'blueprint not found');
      expect(await restore(service, unknown, 1, { 'if-match': '*' })).to.be.refused(404, 'blueprint not found');
    }
    expect(await versions(service)).to.have.length(6);
  });

  it('requires the version that If-Match names', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: TWO });
    const tag = (await service.as().get(`/blueprints/${id}`)).headers.etag ?? '';
    const old = (await service.as().get(`/blueprints/${id}?version=1`)).headers.etag ?? '';
    expect(await restore(service, id, 1, { 'if-match': old })).to.be.refused(412, /none of those that If-Match names/);
    expect((await restore(service, id, 1, { 'if-match': tag })).status).to.equal(200);
    expect((await restore(service, id, 1, { 'if-match': tag })).status).to.equal(412);
    expect(await versions(service)).to.have.length(3);
  });

  it('succeeds once per version for concurrent requests', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: TWO });
    const tag = (await service.as().get(`/blueprints/${id}`)).headers.etag ?? '';
    const replies = await Promise.all(Array.from({ length: 12 }, () => restore(service, id, 1, { 'if-match': tag })));
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, ...Array.from({ length: 11 }, () => 412)]);
    expect(await versions(service)).to.have.length(3);
  });

  it('numbers versions without gaps, however many restore and update at the same time, and tells each its own', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: TWO });
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        i % 3 === 0 ? service.as().put(`/blueprints/${id}`, blueprintRequest()) : restore(service, id, 1 + (i % 2)),
      ),
    );
    for (const { status, text } of replies) expect(status, text).to.equal(200);
    const rows = await versions(service);
    expect(rows.map(({ version }) => version)).to.deep.equal(Array.from({ length: 32 }, (_, i) => i + 1));
    const told = replies.flatMap(({ body }) => body.version ?? []).sort((a: number, b: number) => a - b);
    const restored = rows.filter(({ restored_from }) => restored_from !== null);
    expect(told).to.deep.equal(restored.map(({ version }) => version));
    for (const { body, restored_from } of restored) expect(body).to.deep.equal(TWO[restored_from - 1]);
  });

  describe('repeated with a key', () => {
    const key = { 'idempotency-key': '"order-1"' };

    it('is executed once', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ versions: TWO });
      const first = await restore(service, id, 1, key);
      const again = await restore(service, id, 1, key);
      expect([again.status, again.text, again.headers['idempotency-replayed']]).to.deep.equal([
        200,
        first.text,
        'true',
      ]);
      expect(await versions(service)).to.have.length(3);
      expect(await restore(service, id, 2, key)).to.be.refused(
        422,
        /used for another request/,
        'Idempotency key reused',
      );
    });

    it('responds from the stored result after the process died before it could respond', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({ versions: TWO });
      const first = await restore(service, id, 1, key);
      // What a process leaves that dies between storing the version and keeping the answer.
      await service.sql.query(
        `UPDATE idempotency_keys SET status = NULL, body = NULL, process_id = '00000000-0000-0000-0000-000000000000'`,
      );
      await restore(service, id, 2);
      const again = await restore(service, id, 1, key);
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
      expect(await versions(service)).to.have.length(4);
    });
  });

  describe('with a compliance policy', () => {
    const governed = (openscap: object) => ({
      ...{ distribution: 'rhel-9.6', image_requests: [guestImageRequest], customizations: { openscap } },
    });

    it('records the current requirements of the policy', async () => {
      await using service = await startService();
      const recorded = { compliance: { policy_id: OTHER_POLICY, policy_customizations: {} } };
      const openscap = { policy_id: POLICY };
      const { id } = await service.given.blueprint({
        ...{ versions: [governed(openscap), blueprintBody], serviceSnapshots: recorded },
      });
      tailored(service.compliance);
      expect((await restore(service, id, 1)).status).to.equal(200);
      expect((await versions(service))[2]).to.deep.include({
        body: governed(openscap),
        service_snapshots: { compliance: { policy_id: POLICY, policy_customizations: { openscap, ...REQUIRED } } },
      });
    });

    it('stores nothing for an unreadable, forbidden or malformed policy', async () => {
      await using service = await startService();
      const { id } = await service.given.blueprint({
        versions: [governed({ policy_id: POLICY }), governed({ policy_id: 'x' })],
      });
      answersTailorings(service.compliance, 500);
      expect(await restore(service, id, 1)).to.be.refused(500, 'Failed to build compliance snapshots');
      answersTailorings(service.compliance, 401);
      expect(await restore(service, id, 1)).to.be.refused(403, 'user is not authorized');
      expect(await restore(service, id, 2)).to.be.refused(400, /policy_id/);
      expect(await versions(service)).to.have.length(2);
    });
  });
});
