import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest } from '../domain/blueprints/support.ts';
import type { Client } from '../support/client.ts';
import { fedoraIdentityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const ADMINS_ONLY = 'only administrators of the organization may read its audit log';

const entriesOf = async (client: Client, query = '') => {
  const reply = await client.get(`/audit${query}`);
  expect(reply.status, reply.text).to.equal(200);
  return reply.body.data as Record<string, unknown>[];
};

describe('getAudit', () => {
  it('contains user, operation, object, time, request id and status', async () => {
    await using service = await startService();
    const jane = service.as({ user: 'jane' });
    const created = await jane.post('/blueprints', blueprintRequest());
    const { id } = created.body;
    const deleted = await service.as({ user: 'joe' }).delete(`/blueprints/${id}`);
    const { meta, links, data } = (await service.as().get('/audit')).body;
    expect(meta).to.deep.equal({ count: 2 });
    const page = '/api/image-builder/v1.0/audit?limit=100&offset=0';
    expect(links).to.deep.equal({ first: page, last: page });
    const [second, first] = data;
    for (const entry of data) {
      expect(entry.created_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Math.abs(Date.parse(entry.created_at) - Date.now())).to.be.below(60_000);
    }
    expect(first).to.deep.equal({
      ...{ id: first.id, created_at: first.created_at, operation: 'createBlueprint', object_type: 'blueprint' },
      ...{ created_ids: [id], user: 'jane', user_type: 'User', status: 201 },
      request_id: created.headers['x-strc-trace-id'],
    });
    expect(second).to.deep.equal({
      ...{ id: second.id, created_at: second.created_at, operation: 'deleteBlueprint', object_type: 'blueprint' },
      ...{ object_id: id, user: 'joe', user_type: 'User', status: 204 },
      request_id: deleted.headers['x-strc-trace-id'],
    });
  });

  describe('is for administrators of the organization only', () => {
    for (const [what, identity] of [
      ['a user who is none', { admin: false }],
      ['a service account', { type: 'ServiceAccount' }],
      ['a system', { type: 'System' }],
    ] as const) {
      it(`and refused to ${what}`, async () => {
        await using service = await startService();
        await service.given.auditEntry();
        expect(await service.as(identity).get('/audit')).to.be.refused(403, ADMINS_ONLY);
        expect(await entriesOf(service.as())).to.have.length(1);
      });
    }

    it('but with Fedora accounts everybody is that of their own', async () => {
      await using service = await startService({ env: { FEDORA_AUTH: 'true' } });
      const as = (user: string) => service.with({ 'x-fedora-identity': fedoraIdentityHeader(user) });
      await as('jiří').post('/blueprints', blueprintRequest());
      const [entry, ...others] = await entriesOf(as('jiří'));
      expect(others).to.deep.equal([]);
      expect(entry).to.include({ user: 'jiří', operation: 'createBlueprint' }).and.not.to.have.property('user_type');
      expect(await entriesOf(as('petr'))).to.deep.equal([]);
    });
  });

  it('returns and counts entries of the own organization only, for every filter', async () => {
    await using service = await startService();
    const objectId = randomUUID();
    const theirs = { objectId, createdIds: [objectId], username: 'jane', operation: 'composeImage' };
    await service.given.auditEntry({ ...theirs, orgId: '000001' });
    for (const query of ['', `?object_id=${objectId}`, '?user=jane', '?operation=composeImage', '?offset=0&limit=1']) {
      expect((await service.as().get(`/audit${query}`)).body, query).to.deep.include({ meta: { count: 0 }, data: [] });
      expect(await entriesOf(service.as({ orgId: '000001' }), query)).to.have.length(1);
    }
  });

  it('leaves out what has no value', async () => {
    await using service = await startService();
    await service.given.auditEntry({ username: '', userType: '' });
    const [entry] = await entriesOf(service.as());
    expect(entry).to.have.all.keys('id', 'created_at', 'operation', 'object_type', 'status', 'request_id');
  });

  it('is read in pages, newest first, whose links keep the filter', async () => {
    await using service = await startService();
    const ids: string[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      ids.unshift(await service.given.auditEntry({ occurredAt: new Date(Date.UTC(2026, 2, 1, 0, minute)) }));
    }
    const page = async (offset: number) =>
      (await entriesOf(service.as(), `?limit=2&offset=${offset}`)).map(({ id }) => id);
    expect([...(await page(0)), ...(await page(2)), ...(await page(4)), ...(await page(6))]).to.deep.equal(ids);
    const query = 'created_after=2026-03-01T00%3A01%3A00Z&operation=deleteBlueprint&user=user';
    const { meta, links } = (await service.as().get(`/audit?limit=2&${query}`)).body;
    expect(meta).to.deep.equal({ count: 4 });
    expect(links.last).to.equal(`/api/image-builder/v1.0/audit?${query}&limit=2&offset=2`);
    expect((await service.as().get(links.last.replace('/api/image-builder/v1.0', ''))).body.data).to.have.length(2);
  });

  it('finds entries by time, operation, user and object', async () => {
    await using service = await startService();
    const [blueprint, compose] = [randomUUID(), randomUUID()];
    const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));
    const ids = [
      await service.given.auditEntry({ occurredAt: at(1), operation: 'createBlueprint', createdIds: [blueprint] }),
      await service.given.auditEntry({
        ...{
          occurredAt: at(2),
          operation: 'composeBlueprint',
          objectId: blueprint,
          createdIds: [randomUUID(), compose],
        },
        username: 'jane',
      }),
      await service.given.auditEntry({ occurredAt: at(3), operation: 'deleteCompose', objectId: compose }),
    ];
    const found = async (query: string) =>
      (await entriesOf(service.as(), `?${query}`)).map(({ id }) => ids.indexOf(id as string)).sort();
    expect(await found('created_after=2026-03-01T02:00:00Z')).to.deep.equal([1, 2]);
    expect(await found('created_before=2026-03-01T02:00:00Z')).to.deep.equal([0]);
    expect(await found('created_after=2026-03-01T03:00:00%2B01:00&created_before=2026-03-01T03:00:00Z')).to.deep.equal([
      1,
    ]);
    expect(await found('operation=deleteCompose')).to.deep.equal([2]);
    expect(await found('user=jane')).to.deep.equal([1]);
    expect(await found('user=Jane')).to.deep.equal([]);
    expect(await found(`object_id=${blueprint}`)).to.deep.equal([0, 1]);
    expect(await found(`object_id=${compose.toUpperCase()}`)).to.deep.equal([1, 2]);
    expect(await found(`object_id=${compose}&operation=composeBlueprint&user=jane`)).to.deep.equal([1]);
    expect(await found(`object_id=${randomUUID()}`)).to.deep.equal([]);
  });

  it('rejects invalid filters, naming them', async () => {
    await using service = await startService();
    for (const [query, name] of [
      ['created_after=yesterday', 'created_after'],
      ['created_before=2026-02-30T00:00:00Z', 'created_before'],
      ['created_before=', 'created_before'],
      ['object_id=1', 'object_id'],
      [`operation=${'x'.repeat(101)}`, 'operation'],
      ['limit=101', 'limit'],
    ]) {
      expect(await service.as().get(`/audit?${query}`)).to.be.refused(400, new RegExp(name ?? ''));
    }
  });
});
