import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDatabaseAccess } from '../../../src/db/database.ts';
import { pauseSchedule, resumeSchedule } from '../../../src/db/queries/schedule-entitlements.ts';
import { blueprintBody } from '../../support/given.ts';
import type { TestService } from '../../support/service.ts';
import { deliver, startReceiver, startWithLoopback, verified, type Message } from './support.ts';

const LABELS = { team: 'web', stage: 'production' };

/** Everything that happens to a blueprint and a compose of it. */
const live = async ({ as, composer, given, ctx }: TestService, name: string, labels?: object): Promise<void> => {
  composer.accepts();
  const { id } = (await as().post('/blueprints', { ...blueprintBody, name, labels })).body;
  await as().put(`/blueprints/${id}`, { ...blueprintBody, name });
  const [compose] = (await as().post(`/blueprints/${id}/compose`)).body;
  await ctx.db.composes.recordStatus(compose.id, 'building', null);
  await ctx.db.composes.recordStatus(compose.id, 'success', JSON.stringify({ status: 'success' }));
  await given.schedule(id);
  const access = createDatabaseAccess({ ...ctx.config.database, poolSize: 1 });
  await access.use((db) => pauseSchedule(db, id, 'no entitlement'));
  await access.use((db) => resumeSchedule(db, id));
  await access.close();
  await as().delete(`/blueprints/${id}`);
};

const ALL_TYPES = [
  ...['blueprint.created', 'blueprint.updated', 'compose.queued', 'compose.status', 'compose.finished'],
  ...['schedule.paused', 'schedule.resumed', 'blueprint.deleted'],
];

describe('webhooks with labels', () => {
  it('are for events of composes and blueprints that have all of these labels at that time', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    await service.as().post('/webhooks', { url: `${receiver.url}/one`, labels: { team: 'web' } });
    await service.given.webhook({ url: `${receiver.url}/all`, labels: LABELS });
    await service.given.webhook({ url: `${receiver.url}/other`, labels: { team: 'db' } });
    await service.given.webhook({ url: `${receiver.url}/more`, labels: { ...LABELS, ticket: 'OPS-42' } });
    await live(service, 'labelled', LABELS);
    await live(service, 'without labels');
    for (let round = 0; round < 4; round += 1) await deliver(service);

    const byUrl = Map.groupBy(receiver.requests, ({ url }) => url);
    expect([...byUrl.keys()]).to.have.members(['/one', '/all']);
    for (const [url, requests] of byUrl) {
      const messages = requests.map((request) =>
        url === '/all' ? verified(request) : (JSON.parse(request.body) as Message),
      );
      expect(messages.map(({ type }) => type)).to.have.members(ALL_TYPES);
      for (const { data } of messages) expect(data['labels']).to.deep.equal(LABELS);
    }
  });

  it('follow labels that are set later', async () => {
    await using service = await startWithLoopback();
    await using receiver = await startReceiver();
    await service.given.webhook({ url: receiver.url, labels: { team: 'web' } });
    const id = await service.given.compose();
    await service.ctx.db.composes.recordStatus(id, 'building', null);
    await service.as().put(`/composes/${id}/labels`, { labels: { team: 'web' } });
    await service.ctx.db.composes.recordStatus(id, 'success', JSON.stringify({ status: 'success' }));
    await deliver(service);
    expect(receiver.requests.map((request) => verified(request).type)).to.deep.equal(['compose.finished']);
  });

  it('have well-formed keys', async () => {
    await using service = await startWithLoopback();
    const reply = await service.as().post('/webhooks', { url: 'https://hooks.example.com/', labels: { 'a b': 'x' } });
    expect(reply).to.be.refused(400, /the key of a label has 1 to 63 characters/);
  });
});
