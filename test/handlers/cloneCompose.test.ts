import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { reconcileClones } from '../../src/domain/composes/clone-compose.ts';
import { awsImageRequest, composeRequest, guestImageRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const REGION = { region: 'eu-central-1' };
const NOT_AWS = 'only images of type aws or ami that were uploaded to AWS can be copied';

const clone = ({ as }: TestService, id: string, body: object = REGION, headers = {}) =>
  as().post(`/composes/${id}/clone`, body, { headers });

/** A build of an AWS image, which is finished. */
const finished = async (service: TestService, options: object = { share_with_accounts: ['123456789012'] }) => {
  const image = { ...awsImageRequest, upload_request: { type: 'aws', options } };
  const id = await service.given.compose({ request: { ...composeRequest, image_requests: [image] } });
  service.composer.hasAwsImage(id);
  return id;
};

/** Takes the next copy; gives what composer was asked for. */
const asked = (service: TestService, composeId: string, cloneId: string = randomUUID()): Promise<unknown> =>
  new Promise((resolve) => {
    service.composer.post(`/composes/${composeId}/clone`).reply(201, async (request: Request) => {
      resolve(await request.json());
      return { id: cloneId };
    });
  });

const rows = async ({ sql }: TestService) =>
  (await sql.query('SELECT id, compose_id, clone_id, request, status FROM compose_clones ORDER BY created_at')).rows;

describe('cloneCompose', () => {
  it('requests a clone from composer in the region, for the accounts, and returns its id', async () => {
    await using service = await startService();
    const compose = await finished(service);
    const cloneId = randomUUID();
    const sent = asked(service, compose, cloneId);
    const request = { ...REGION, share_with_accounts: ['111111111111', '222222222222'] };
    const reply = await clone(service, compose, request);
    expect(reply.status, reply.text).to.equal(201);
    expect(await sent).to.deep.equal(request);
    expect(await rows(service)).to.deep.equal([
      { id: reply.body.id, compose_id: compose, clone_id: cloneId, request, status: null },
    ]);
  });

  it('shares the clone with the accounts of sources, read on behalf of the caller', async () => {
    await using service = await startService();
    const compose = await finished(service);
    const sent = asked(service, compose);
    service.provisioning
      .get('/sources/17/upload_info')
      .reply(200, { provider: 'aws', aws: { account_id: '333333333333' } });
    const request = { ...REGION, share_with_accounts: ['111111111111'], share_with_sources: ['17'] };
    expect((await clone(service, compose, request)).status).to.equal(201);
    expect(await sent).to.deep.equal({ ...REGION, share_with_accounts: ['111111111111', '333333333333'] });
  });

  it('shares the clone with the accounts of the image by default', async () => {
    await using service = await startService();
    const compose = await finished(service, { share_with_accounts: ['123456789012'], share_with_sources: ['18'] });
    const sent = asked(service, compose);
    service.provisioning
      .get('/sources/18/upload_info')
      .reply(200, { provider: 'aws', aws: { account_id: '444444444444' } });
    expect((await clone(service, compose)).status).to.equal(201);
    expect(await sent).to.deep.equal({ ...REGION, share_with_accounts: ['123456789012', '444444444444'] });
  });

  it('accepts an image with the older type name ami', async () => {
    await using service = await startService();
    const image = { ...awsImageRequest, image_type: 'ami' };
    const compose = await service.given.compose({ request: { ...composeRequest, image_requests: [image] } });
    service.composer.hasAwsImage(compose);
    service.composer.clones(compose);
    expect((await clone(service, compose)).status).to.equal(201);
  });

  it('rejects images that are not in AWS, without calling any service', async () => {
    await using service = await startService();
    for (const image of [
      guestImageRequest,
      { ...awsImageRequest, upload_request: { type: 'gcp', options: {} } },
      { ...awsImageRequest, image_type: 'guest-image' },
    ]) {
      const id = await service.given.compose({ request: { ...composeRequest, image_requests: [image] } });
      expect(await clone(service, id)).to.be.refused(400, NOT_AWS);
    }
    const odd = await service.given.compose({ request: {} });
    expect(await clone(service, odd)).to.be.refused(400, NOT_AWS);
  });

  for (const status of ['pending', 'building', 'uploading', 'failure']) {
    it(`refuses a build whose status is ${status}`, async () => {
      await using service = await startService();
      const id = await service.given.compose({ request: { ...composeRequest, image_requests: [awsImageRequest] } });
      service.composer.hasStatus(id, { image_status: { status } });
      expect(await clone(service, id)).to.be.refused(
        409,
        `there is no finished image to be copied: the status of the build is ${status}`,
      );
    });
  }

  it('does not poll a compose with a final status', async () => {
    await using service = await startService();
    const compose = await finished(service);
    for (let copies = 0; copies < 2; copies += 1) {
      service.composer.clones(compose);
      expect((await clone(service, compose)).status).to.equal(201);
    }
  });

  for (const [what, body, where] of [
    ['without a region', {}, '/region'],
    ['whose region is none', { region: 'Frankfurt' }, '/region'],
    ['whose region leads elsewhere', { region: '../x' }, '/region'],
    ['with an account that is none', { ...REGION, share_with_accounts: ['12345678901'] }, '/share_with_accounts/0'],
    [
      'with very many sources',
      { ...REGION, share_with_sources: Array.from({ length: 101 }, String) },
      '/share_with_sources',
    ],
  ] as const) {
    it(`refuses a request ${what}`, async () => {
      await using service = await startService();
      const id = await service.given.compose();
      expect(await clone(service, id, body)).to.be.refused(400, new RegExp(`Error at "${where}"`));
    });
  }

  it('takes the regions of all partitions of AWS', async () => {
    await using service = await startService();
    const compose = await finished(service);
    for (const region of ['us-east-1', 'us-gov-west-1', 'ap-southeast-4', 'cn-northwest-1', 'eusc-de-east-1']) {
      service.composer.clones(compose);
      expect((await clone(service, compose, { region })).status, region).to.equal(201);
    }
  });

  it('refuses a source that is unknown', async () => {
    await using service = await startService();
    const compose = await finished(service);
    service.provisioning.get('/sources/1/upload_info').reply(404, {});
    expect(await clone(service, compose, { ...REGION, share_with_sources: ['1'] })).to.be.refused(
      400,
      'Unable to resolve source 1 to an aws account id',
    );
  });

  for (const [what, status, id, shown, text] of [
    ['the build is not finished', 400, '31', 409, /^there is no finished image to be copied: the build is running/],
    ['the image cannot be copied', 400, '32', 400, /: the image of the compose cannot be copied$/],
    ['the image has several targets', 500, '1006', 400, /: the image was uploaded to several targets$/],
    ['composer has deleted the build', 404, '15', 400, /: the build service does not know this build any more$/],
    ['composer fails', 500, '1005', 500, /^Failed posting clone request to osbuild-composer$/],
  ] as const) {
    it(`responds ${shown} when composer refuses because ${what}`, async () => {
      await using service = await startService();
      const compose = await finished(service);
      const body = { id, kind: 'Error', reason: 'internal words', details: 'internal details' };
      service.composer.post(`/composes/${compose}/clone`).reply(status, body);
      expect(await clone(service, compose)).to.be.refused(shown, text);
      expect((await service.as().get(`/composes/${compose}/clones`)).body.data).to.deep.equal([]);
    });
  }

  it('reports that composer rejects the clone, and stores nothing', async () => {
    await using service = await startService();
    const compose = await finished(service);
    service.composer.post(`/composes/${compose}/clone`).reply(400, 'internal words');
    expect(await clone(service, compose)).to.be.refused(
      400,
      'Failed posting clone request to osbuild-composer: the image of the compose cannot be copied',
    );
    service.composer.post(`/composes/${compose}/clone`).reply(500, 'internal words');
    expect(await clone(service, compose)).to.be.refused(500, 'Failed posting clone request to osbuild-composer');
    expect(await rows(service)).to.deep.equal([]);
  });

  it('leaves nothing behind when composer cannot be reached', async () => {
    await using service = await startService();
    const compose = await finished(service);
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    service.composer.post(`/composes/${compose}/clone`).replyWithError(refused);
    expect(await clone(service, compose)).to.be.refused(500);
    expect(await rows(service)).to.deep.equal([]);
  });

  for (const [what, answers] of [
    ['is cut off', ({ composer }, id) => composer.post(`/composes/${id}/clone`).replyWithError('connection reset')],
    ['is 502 of a gateway', ({ composer }, id) => composer.post(`/composes/${id}/clone`).reply(502, '')],
    ['is 504 of a gateway', ({ composer }, id) => composer.post(`/composes/${id}/clone`).reply(504, '')],
    ['has no id', ({ composer }, id) => composer.post(`/composes/${id}/clone`).reply(201, {})],
  ] as const satisfies readonly (readonly [string, (service: TestService, id: string) => unknown])[]) {
    it(`knows a copy as failed whose answer ${what}, and tells operators; it is not asked for twice`, async () => {
      await using service = await startService();
      const compose = await finished(service);
      answers(service, compose);
      const key = { 'Idempotency-Key': '"copy"' };
      const first = await clone(service, compose, REGION, key);
      expect(first).to.be.refused(500, 'Internal Server Error');
      expect((await clone(service, compose, REGION, key)).status).to.equal(500);
      const [row] = await rows(service);
      const read = await service.as().get(`/clones/${row.id}`);
      expect(read.body).to.deep.equal({
        ...{ status: 'failure', type: 'aws', options: { ami: '', ...REGION } },
        compose_id: compose,
      });
      expect(service.logs.find((line) => line['clone'] === row.id)).to.include({ level: 'error', org_id: '000000' });
      expect((await service.as().get(`/composes/${compose}/clones`)).body.meta.count).to.equal(1);
    });
  }

  it('starts one clone per idempotency key, and repeats the first response', async () => {
    await using service = await startService();
    const compose = await finished(service);
    service.composer.clones(compose);
    const key = { 'Idempotency-Key': '"copy"' };
    const [first, second] = [await clone(service, compose, REGION, key), await clone(service, compose, REGION, key)];
    expect([first.status, second.status, second.body]).to.deep.equal([201, 201, first.body]);
    expect(second.headers).to.have.property('idempotency-replayed', 'true');
    expect(await rows(service)).to.have.length(1);
  });

  it('frees the key when composer does not take the copy', async () => {
    await using service = await startService();
    const compose = await finished(service);
    const key = { 'Idempotency-Key': '"copy"' };
    service.composer.post(`/composes/${compose}/clone`).reply(500, 'no');
    expect((await clone(service, compose, REGION, key)).status).to.equal(500);
    service.composer.clones(compose);
    expect((await clone(service, compose, REGION, key)).status).to.equal(201);
  });

  it('is known by its key when the process died while it asked composer, and as failed when it is certain that it did', async () => {
    await using service = await startService();
    const compose = await service.given.compose();
    const id = randomUUID();
    const { db } = service.ctx;
    const taken = randomUUID();
    const dead = randomUUID();
    const request = { orgId: '000000', operation: 'cloneCompose', key: 'copy', fingerprint: 'f' };
    await db.idempotencyKeys.take(taken, request, dead);
    expect(await db.clones.insert('000000', { id, composeId: compose, request: REGION }, taken)).to.equal(true);
    const found = await db.idempotencyKeys.find(request);
    expect(found).to.deep.include({ created: [id], running: false });

    expect((await service.as().get(`/clones/${id}`)).body).to.include({ status: 'pending' });
    expect((await service.as().get(`/composes/${compose}/clones`)).body.meta.count).to.equal(0);
    await service.sql.query(`UPDATE compose_clones SET created_at = now() - interval '14 minutes'`);
    await reconcileClones(service.ctx);
    expect((await service.as().get(`/clones/${id}`)).body).to.include({ status: 'pending' });
    await service.sql.query(`UPDATE compose_clones SET created_at = now() - interval '16 minutes'`);
    await reconcileClones(service.ctx);
    expect((await service.as().get(`/clones/${id}`)).body).to.include({ status: 'failure' });
    expect(service.logs.filter((line) => line['clone'] === id && line['level'] === 'error')).to.have.length(1);
    await reconcileClones(service.ctx);
    expect(service.logs.filter((line) => line['clone'] === id && line['level'] === 'error')).to.have.length(1);
  });

  it('is not recorded for a compose that is deleted concurrently, nor is its key', async () => {
    await using service = await startService();
    const compose = await service.given.compose({ deleted: true });
    const { db } = service.ctx;
    const taken = randomUUID();
    const request = { orgId: '000000', operation: 'cloneCompose', key: 'copy', fingerprint: 'f' };
    await db.idempotencyKeys.take(taken, request, null);
    const added = { id: randomUUID(), composeId: compose, request: REGION };
    expect(await db.clones.insert('000000', added, taken)).to.equal(false);
    expect(await db.idempotencyKeys.free(taken)).to.equal(true);
  });

  it('responds 404 for composes of other organizations, deleted composes and unknown ids', async () => {
    await using service = await startService();
    const request = { ...composeRequest, image_requests: [awsImageRequest] };
    const foreign = await service.given.compose({ request, orgId: '000001' });
    const deleted = await service.given.compose({ request, deleted: true });
    for (const id of [foreign, deleted, randomUUID()])
      expect(await clone(service, id)).to.be.refused(404, 'compose entry not found');
  });
});
