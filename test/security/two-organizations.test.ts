// What flows to an organization by other ways than the response of its request: streams, messages and runs of schedules; and what it
// sends back that it has received before: cursors, entity tags and keys.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openEventStream } from '../../scripts/reliability/event-stream.ts';
import { createScheduleWorker } from '../../src/domain/schedules/worker.ts';
import { deliver, startReceiver, startWithLoopback, verified } from '../domain/webhooks/support.ts';
import { blueprintBody, composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const OURS = '000000';
const THEIRS = '000001';
const ORGANIZATIONS = [OURS, THEIRS] as const;

/** Composes of both organizations that are started at the same moment. @returns ids by organization */
const composeTogether = async (service: TestService, count: number): Promise<Map<string, string[]>> => {
  for (let i = 0; i < count * ORGANIZATIONS.length; i += 1) service.composer.accepts();
  const ids = new Map<string, string[]>(ORGANIZATIONS.map((orgId) => [orgId, []]));
  const start = async (orgId: string): Promise<void> => {
    const { status, body } = await service.as({ orgId }).post('/compose', composeRequest);
    expect(status).to.equal(201);
    ids.get(orgId)?.push(body.id);
  };
  await Promise.all(Array.from({ length: count }, () => ORGANIZATIONS.map(start)).flat());
  return ids;
};

describe('two organizations at the same moment', () => {
  it('receive their own events only, on streams that are open meanwhile', async () => {
    await using service = await startService();
    const streams = await Promise.all(
      ORGANIZATIONS.map((organization) =>
        openEventStream({
          ...{ origin: `http://127.0.0.1:${service.port}`, organization },
          headers: { 'x-rh-identity': identityHeader({ orgId: organization }) },
        }),
      ),
    );
    try {
      const ids = await composeTogether(service, 5);
      for (const [index, orgId] of ORGANIZATIONS.entries()) {
        const events = (await streams[index]?.count(5)) ?? [];
        expect(events.map(({ data }) => data['compose_id'])).to.have.members(ids.get(orgId) ?? []);
      }
      // What came in between would have come before: nothing else did.
      for (const { events } of streams) expect(events).to.have.lengthOf(5);
    } finally {
      for (const stream of streams) stream.close();
      await Promise.all(streams.map(({ ended }) => ended));
    }
  });

  it('receive their own messages only, at webhooks with one address', async () => {
    await using receiver = await startReceiver();
    await using service = await startWithLoopback();
    const secrets = new Map<string, string>();
    for (const orgId of ORGANIZATIONS) {
      const body = { url: `${receiver.url}/${orgId}`, event_types: ['compose.queued'] };
      const created = await service.as({ orgId }).post('/webhooks', body);
      expect(created.status).to.equal(201);
      secrets.set(orgId, created.body.secret);
    }
    const ids = await composeTogether(service, 4);
    await deliver(service);
    for (const orgId of ORGANIZATIONS) {
      const received = receiver.requests.filter(({ url }) => url === `/${orgId}`);
      // Each is signed with the secret of its organization.
      const messages = received.map((request) => verified(request, secrets.get(orgId)));
      expect(messages.map(({ data }) => data['compose_id'])).to.have.members(ids.get(orgId) ?? []);
    }
    expect(receiver.requests).to.have.lengthOf(8);
  });

  it('build by their schedules their own blueprints only, in their own names', async () => {
    await using service = await startService();
    const blueprints = new Map<string, string>();
    for (const orgId of ORGANIZATIONS) {
      const { id, versionIds } = await service.given.blueprint({ orgId, name: 'web', versions: [blueprintBody] });
      await service.given.schedule(id, { orgId, username: `user-of-${orgId}`, dueIn: -60 });
      blueprints.set(orgId, versionIds[0] as string);
      service.composer.accepts();
    }
    const worker = createScheduleWorker(service.ctx);
    await worker.runDue();
    await worker.idle();
    const { rows } = await service.sql.query('SELECT org_id, email, blueprint_version_id FROM composes');
    expect(rows).to.have.deep.members(
      ORGANIZATIONS.map((orgId) => ({
        ...{ org_id: orgId, email: `user-of-${orgId}@example.test`, blueprint_version_id: blueprints.get(orgId) },
      })),
    );
  });

  it('pause and resume their own schedules only', async () => {
    await using service = await startService();
    const ids: string[] = [];
    for (const orgId of ORGANIZATIONS) {
      const versions = [{ ...blueprintBody, distribution: 'rhel-9.6' }];
      const { id } = await service.given.blueprint({ orgId, versions });
      await service.given.schedule(id, { orgId, entitled: false, dueIn: -60 });
      ids.push(id);
    }
    const worker = createScheduleWorker(service.ctx);
    await worker.runDue();
    await worker.idle();
    await Promise.all([
      service.as({ orgId: THEIRS, entitled: true }).get('/version'),
      service.as({ orgId: OURS, entitled: false }).get('/version'),
    ]);
    await service.ctx.entitlements.record();
    const { rows } = await service.sql.query(
      'SELECT blueprint_id FROM blueprint_schedules WHERE paused_at IS NOT NULL',
    );
    expect(rows).to.deep.equal([{ blueprint_id: ids[0] }]);
  });

  it('may use one idempotency key: each gets a compose of its own, also when it repeats the request', async () => {
    await using service = await startService();
    const options = { headers: { 'idempotency-key': 'the-same-key' } };
    for (const _orgId of ORGANIZATIONS) service.composer.accepts();
    const send = (orgId: string) => service.as({ orgId }).post('/compose', composeRequest, options);
    const first = await Promise.all(ORGANIZATIONS.map(send));
    const again = await Promise.all(ORGANIZATIONS.map(send));
    expect(first.map(({ status }) => status)).to.deep.equal([201, 201]);
    expect(first[0]?.body.id).not.to.equal(first[1]?.body.id);
    expect(again.map(({ body }) => body.id)).to.deep.equal(first.map(({ body }) => body.id));
  });
});

describe('what one organization has received', () => {
  for (const path of ['/composes', '/blueprints']) {
    it(`is no cursor of another one: ${path}`, async () => {
      await using service = await startService();
      for (const orgId of ORGANIZATIONS) {
        for (let i = 0; i < 3; i += 1) {
          if (path === '/composes') await service.given.compose({ orgId });
          else await service.given.blueprint({ orgId });
        }
      }
      const { body } = await service.as({ orgId: OURS }).get(`${path}?limit=1&cursor=start`);
      const next = new URL(body.links.next, 'http://localhost').searchParams.get('cursor') ?? '';
      expect(next).not.to.equal('');
      const read = (orgId: string) => service.as({ orgId }).get(`${path}?limit=1&cursor=${next}`);
      expect((await read(OURS)).status).to.equal(200);
      expect(await read(THEIRS)).to.be.refused(400, /^parameter "cursor" in query has an error/);
    });
  }

  it('is no entity tag that gets another one anything: neither 304 nor a change', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ orgId: OURS, name: 'web', versions: [blueprintBody] });
    const { etag = '' } = (await service.as({ orgId: OURS }).get(`/blueprints/${id}`)).headers;
    expect(etag).not.to.equal('');
    const them = service.as({ orgId: THEIRS });
    for (const [name, value] of [
      ['if-none-match', etag],
      ['if-none-match', '*'],
    ] as const)
      expect((await them.get(`/blueprints/${id}`, { headers: { [name]: value } })).status).to.equal(404);
    const headers = { 'if-match': etag };
    expect((await them.put(`/blueprints/${id}`, { ...blueprintBody, name: 'taken' }, { headers })).status).to.equal(
      404,
    );
    expect((await them.delete(`/blueprints/${id}`, undefined, { headers })).status).to.equal(404);
    const { body, headers: unchanged } = await service.as({ orgId: OURS }).get(`/blueprints/${id}`);
    expect([body.name, unchanged.etag]).to.deep.equal(['web', etag]);
  });

  it('is no tag of a list: lists of two organizations have different tags, and none gets 304 by the tag of the other', async () => {
    await using service = await startService();
    for (const orgId of ORGANIZATIONS) await service.given.compose({ orgId });
    const read = (orgId: string, tag?: string) =>
      service.as({ orgId }).get('/composes', tag === undefined ? {} : { headers: { 'if-none-match': tag } });
    const { etag } = (await read(OURS)).headers;
    if (etag !== undefined) expect((await read(THEIRS, etag)).status).to.equal(200);
    expect((await read(THEIRS)).headers.etag ?? 'none').not.to.equal(etag);
  });
});
