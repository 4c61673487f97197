// Labels from the request that brings them to the list that shows them.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest } from '../blueprints/support.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../../support/given.ts';
import { startService, type TestService } from '../../support/service.ts';
import { reserveComposes, storeCompose } from '../../support/reservations.ts';

const LABELS = { team: 'web', stage: 'production' };
const ORG = '000000';

const buildsOf = async (service: TestService): Promise<readonly { labels?: object; request: object }[]> =>
  (await service.as().get('/composes')).body.data;

describe('labels of a build', () => {
  it('come with the request, and are neither stored nor shown in it, nor told to composer', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    const reply = await service.as().post('/compose', { ...composeRequest, labels: LABELS });
    expect(reply.status, reply.text).to.equal(201);
    const [build] = await buildsOf(service);
    expect([build?.labels, build?.request]).to.deep.equal([LABELS, { ...composeRequest, client_id: 'api' }]);
    expect(JSON.stringify(service.composer.requests)).not.to.include('production');
    const { rows } = await service.sql.query('SELECT request FROM composes');
    expect(rows).to.deep.equal([{ request: { ...composeRequest, client_id: 'api' } }]);
    service.composer.hasStatus(id, { id, status: 'pending', image_status: { status: 'pending' } });
    const { body } = await service.as().get(`/composes/${id}`);
    expect([body.labels, body.request]).to.deep.equal([LABELS, { ...composeRequest, client_id: 'api' }]);
  });

  it('are those that the blueprint has at that moment, for each of its images', async () => {
    await using service = await startService();
    const two = [guestImageRequest, { ...guestImageRequest, architecture: 'aarch64' }];
    const { id } = await service.given.blueprint({ versions: [{ ...blueprintBody, image_requests: two }] });
    await service.as().put(`/blueprints/${id}/labels`, { labels: LABELS });
    service.composer.accepts();
    service.composer.accepts();
    const reply = await service.as().post(`/blueprints/${id}/compose`);
    expect(reply.status, reply.text).to.equal(201);
    await service.as().put(`/blueprints/${id}/labels`, { labels: { team: 'db' } });
    const labels = (await buildsOf(service)).map((build) => build.labels);
    expect(labels).to.deep.equal([LABELS, LABELS]);
    const { body } = await service.as().get(`/blueprints/${id}/composes`);
    expect(body.data.map((build: { labels: object }) => build.labels)).to.deep.equal([LABELS, LABELS]);
  });

  it('are refused when they are malformed, before composer is asked', async () => {
    await using service = await startService();
    const reply = await service.as().post('/compose', { ...composeRequest, labels: { 'a b': '' } });
    expect(reply).to.be.refused(400, /"\/labels\/a b"/);
    expect(service.composer.requests).to.deep.equal([]);
    expect(await buildsOf(service)).to.deep.equal([]);
  });

  it('are none when there are none: no member is shown, and nothing is stored', async () => {
    await using service = await startService();
    service.composer.accepts();
    await service.as().post('/compose', { ...composeRequest, labels: {} });
    expect((await buildsOf(service))[0]).not.to.have.property('labels');
    expect((await service.sql.query('SELECT FROM compose_labels')).rowCount).to.equal(0);
  });

  it('are on record with its reservation, so that whoever adopts a lost build stores them', async () => {
    await using service = await startService();
    const { db } = service.ctx;
    const [reservationId = ''] = (await reserveComposes(db, { compose: { labels: LABELS } })) ?? [];
    await db.reservations.markUnknown(reservationId);
    await db.composes.store({ jobId: randomUUID(), orgId: ORG, reservationId });
    expect((await buildsOf(service))[0]?.labels).to.deep.equal(LABELS);
  });

  it('are stored with the build or not at all', async () => {
    await using service = await startService();
    const { db } = service.ctx;
    const jobId = randomUUID();
    await db.composes.abandon(jobId, null);
    await storeCompose(db, { labels: LABELS }, jobId).then(
      () => expect.fail('it is stored'),
      () => {},
    );
    expect((await service.sql.query('SELECT FROM compose_labels')).rowCount).to.equal(0);
    await storeCompose(db, { labels: LABELS });
    expect((await service.sql.query('SELECT FROM compose_labels')).rowCount).to.equal(2);
  });

  it('go with the status row of the build', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.as().put(`/composes/${id}/labels`, { labels: LABELS });
    await service.sql.query('DELETE FROM compose_statuses');
    expect((await service.sql.query('SELECT FROM compose_labels')).rowCount).to.equal(0);
  });
});

describe('labels of a blueprint', () => {
  const labelsOf = async (service: TestService, id: string): Promise<unknown> =>
    (await service.as().get(`/blueprints/${id}`)).body.labels;

  it('come with it, stay when an update says nothing of them, and are replaced when it does', async () => {
    await using service = await startService();
    const { id } = (await service.as().post('/blueprints', blueprintRequest({ labels: LABELS }))).body;
    expect(await labelsOf(service, id)).to.deep.equal(LABELS);
    expect((await service.as().put(`/blueprints/${id}`, blueprintRequest())).status).to.equal(200);
    expect(await labelsOf(service, id)).to.deep.equal(LABELS);
    await service.as().put(`/blueprints/${id}`, { ...blueprintRequest(), labels: { team: 'db' } });
    expect(await labelsOf(service, id)).to.deep.equal({ team: 'db' });
    await service.as().put(`/blueprints/${id}`, { ...blueprintRequest(), labels: {} });
    expect(await labelsOf(service, id)).to.equal(undefined);
  });

  it('are not part of its versions', async () => {
    await using service = await startService();
    await service.as().post('/blueprints', { ...blueprintRequest(), labels: LABELS });
    const { rows } = await service.sql.query('SELECT body::text AS body FROM blueprint_versions');
    expect(rows[0].body).not.to.include('labels');
  });

  it('are refused when they are malformed, and nothing is stored', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'before' });
    const body = { ...blueprintRequest(), labels: { ['k'.repeat(64)]: '' } };
    expect(await service.as().post('/blueprints', body)).to.be.refused(400, /"\/labels\/k{64}"/);
    expect(await service.as().put(`/blueprints/${id}`, body)).to.be.refused(400, /"\/labels\/k{64}"/);
    const { data } = (await service.as().get('/blueprints')).body;
    expect([data.length, data[0].name, data[0].version]).to.deep.equal([1, 'before', 1]);
  });

  it('do not change when the update is refused', async () => {
    await using service = await startService();
    await service.given.blueprint({ name: 'taken' });
    const { id } = await service.given.blueprint();
    await service.as().put(`/blueprints/${id}/labels`, { labels: LABELS });
    const update = { ...blueprintRequest({ name: 'taken' }), labels: {} };
    expect((await service.as().put(`/blueprints/${id}`, update)).status).to.equal(422);
    expect(await labelsOf(service, id)).to.deep.equal(LABELS);
  });

  it('stay in the organization: an export has none', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    await service.as().put(`/blueprints/${id}/labels`, { labels: LABELS });
    const { text } = await service.as().get(`/blueprints/${id}/export`);
    expect(text).not.to.include('production');
  });
});
