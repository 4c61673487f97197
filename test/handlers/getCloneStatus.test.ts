import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService, type TestService } from '../support/service.ts';

const options = { ami: 'ami-2', region: 'eu-central-1' };

/** A copy of an image, and what its status is read by. */
const copy = async (service: TestService) => {
  const compose_id = await service.given.compose();
  const id = await service.given.clone({ composeId: compose_id });
  const read = () => service.as().get(`/clones/${id}`);
  return { id, compose_id, read };
};

describe('getCloneStatus', () => {
  for (const status of ['pending', 'running']) {
    it(`gives what composer says of a copy that is ${status}, every time anew, without a tag`, async () => {
      await using service = await startService();
      const { id, compose_id, read } = await copy(service);
      for (let reads = 0; reads < 2; reads += 1) {
        service.composer
          .get(`/clones/${id}`)
          .reply(200, { id, kind: 'x', href: 'x', status, type: 'aws', options: { region: 'eu-central-1' } });
        const reply = await read();
        expect(reply.status, reply.text).to.equal(200);
        expect(reply.body).to.deep.equal({ status, type: 'aws', options: { ...options, ami: '' }, compose_id });
        expect(reply.headers).not.to.have.property('etag');
      }
    });
  }

  for (const status of ['success', 'failure']) {
    it(`keeps the end of a copy, ${status}: composer is not asked for it any more`, async () => {
      await using service = await startService();
      const { id, compose_id, read } = await copy(service);
      service.composer.get(`/clones/${id}`).reply(200, { status, type: 'aws', options });
      const first = await read();
      expect(first.body).to.deep.equal({ status, type: 'aws', options, compose_id });
      const second = await read();
      expect([second.body, second.headers.etag]).to.deep.equal([first.body, first.headers.etag]);
      expect(first.headers).to.have.property('etag');
    });
  }

  it('is returned although it cannot be stored', async () => {
    await using service = await startService();
    const { id, read } = await copy(service);
    await service.sql.query('ALTER TABLE compose_clones ADD CONSTRAINT none CHECK (finished_at IS NULL) NOT VALID');
    service.composer.get(`/clones/${id}`).reply(200, { status: 'success', type: 'aws', options });
    expect((await read()).status).to.equal(200);
  });

  it('forwards the 404 of composer', async () => {
    await using service = await startService();
    const { id, read } = await copy(service);
    service.composer.get(`/clones/${id}`).reply(404, '{"reason":"gone"}');
    expect(await read()).to.be.refused(404, '{"reason":"gone"}');
  });

  it('reports a rejection, a missing response or an unexpected response of composer, without its text', async () => {
    await using service = await startService();
    const { id, read } = await copy(service);
    service.composer.get(`/clones/${id}`).reply(503, 'internal address 10.0.0.1');
    expect(await read()).to.be.refused(500, 'Failed querying clone status (code 503)');
    service.composer.get(`/clones/${id}`).replyWithError('connection refused');
    expect(await read()).to.be.refused(500, 'Failed to get clone status from client');
    for (const text of ['no json', 'null', '[]', '{}', '{"status":"success","type":"tape"}', '{"type":"aws"}']) {
      service.composer.get(`/clones/${id}`).reply(200, text);
      expect(await read(), text).to.be.refused(500, 'Failed to decode clone status');
    }
  });

  it('responds 404 for clones of other organizations, clones of deleted composes and unknown ids', async () => {
    await using service = await startService();
    const { id, compose_id } = await copy(service);
    expect(await service.as({ orgId: '000001' }).get(`/clones/${id}`)).to.be.refused(404, 'clone not found');
    await service.as().delete(`/composes/${compose_id}`);
    for (const gone of [id, compose_id, randomUUID()])
      expect(await service.as().get(`/clones/${gone}`)).to.be.refused(404, 'clone not found');
  });

  it('rejects a malformed id', async () => {
    await using service = await startService();
    expect(await service.as().get('/clones/1')).to.be.refused(400, /id/);
  });
});
