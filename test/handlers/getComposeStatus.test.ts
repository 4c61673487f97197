import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

/** Composer's answer around an image status. */
const answer = (id: string, imageStatus: unknown) => ({
  ...{ href: `/api/image-builder-composer/v2/composes/${id}`, id, kind: 'ComposeStatus' },
  status: 'pending',
  image_status: imageStatus,
});

/** The image status that comes out for one of composer's. */
const mapped = async (service: TestService, imageStatus: unknown): Promise<unknown> => {
  const id = await service.given.compose();
  service.composer.hasStatus(id, answer(id, imageStatus));
  const reply = await service.as().get(`/composes/${id}`);
  expect(reply.status, reply.text).to.equal(200);
  return reply.body.image_status;
};

describe('getComposeStatus', () => {
  it('returns the status of the image and the stored request', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, answer(id, { status: 'building' }));
    const reply = await service.as().get(`/composes/${id}`);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal({ image_status: { status: 'building' }, request: composeRequest });
  });

  it('never contains a password of the request', async () => {
    await using service = await startService();
    const users = [{ name: 'a', password: '$6$hash' }];
    const id = await service.given.compose({ request: { ...composeRequest, customizations: { users } } });
    service.composer.hasStatus(id, answer(id, { status: 'pending' }));
    const reply = await service.as().get(`/composes/${id}`);
    expect(reply.text).not.to.include('$6$hash');
    expect(reply.body.request.customizations.users).to.deep.equal([{ name: 'a', hasPassword: true }]);
  });

  it('returns composes of any age', async () => {
    await using service = await startService();
    const id = await service.given.compose({ createdAt: new Date('2020-01-01T00:00:00Z') });
    service.composer.hasStatus(id, answer(id, { status: 'success' }));
    expect((await service.as().get(`/composes/${id}`)).status).to.equal(200);
  });

  for (const status of ['success', 'failure', 'pending', 'building', 'uploading', 'registering']) {
    it(`passes the state ${status} on`, async () => {
      await using service = await startService();
      expect(await mapped(service, { status })).to.deep.equal({ status });
    });
  }

  it('forwards progress, with that of the current step if any', async () => {
    await using service = await startService();
    const progress = { done: 1, total: 4 };
    expect(await mapped(service, { status: 'building', progress })).to.deep.equal({ status: 'building', progress });
    const deeper = { ...progress, subprogress: { done: 2, total: 3, name: 'packages' }, name: 'os' };
    expect(await mapped(service, { status: 'building', progress: deeper })).to.deep.equal({
      status: 'building',
      progress: { ...progress, subprogress: { done: 2, total: 3 } },
    });
  });

  const targets = {
    aws: { ami: 'ami-1', region: 'eu-west-1' },
    'aws.s3': { url: 'https://bucket.test/image' },
    gcp: { image_name: 'image', project_id: 'project' },
    azure: { image_name: 'image' },
    'oci.objectstorage': { url: 'https://oci.test/image' },
  };
  for (const [type, options] of Object.entries(targets)) {
    it(`shows of an upload to ${type} what belongs to that target, and nothing else`, async () => {
      await using service = await startService();
      const upload = { status: 'success', type, options: { ...options, secret: 'x', other: { url: 'y' } } };
      expect(await mapped(service, { status: 'success', upload_status: upload })).to.deep.equal({
        status: 'success',
        upload_status: { status: 'success', type, options },
      });
    });

    it(`shows empty texts for an upload to ${type} that composer says nothing about`, async () => {
      await using service = await startService();
      const empty = Object.fromEntries(Object.keys(options).map((name) => [name, '']));
      const upload = { status: 'pending', type };
      expect(await mapped(service, { status: 'uploading', upload_status: upload })).to.deep.equal({
        status: 'uploading',
        upload_status: { ...upload, options: empty },
      });
    });
  }

  it('omits uploads to unknown targets, and null uploads', async () => {
    await using service = await startService();
    const upload = { status: 'success', type: 'pulp.ostree', options: { repo_url: 'x' } };
    expect(await mapped(service, { status: 'success', upload_status: upload })).to.deep.equal({ status: 'success' });
    expect(await mapped(service, { status: 'success', upload_status: null, error: null })).to.deep.equal({
      status: 'success',
    });
  });

  const failed = (error: unknown) => ({ status: 'failure', error });
  const cause = { id: 22, reason: 'package marking errors', details: 'no package named x' };
  const errors: Readonly<Record<string, [given: unknown, shown: unknown]>> = {
    'an error as it is': [cause, cause],
    'details that are no text as they are': [
      { id: 1, reason: 'r', details: [{ any: 'thing' }] },
      { id: 1, reason: 'r', details: [{ any: 'thing' }] },
    ],
    'no details where there are none': [
      { id: 1, reason: 'r', details: null },
      { id: 1, reason: 'r' },
    ],
    'the cause of a failed dependency': [{ id: 5, reason: 'depsolve dependency failed', details: cause }, cause],
    'the innermost cause': [
      { id: 9, reason: 'r', details: [{ id: 26, reason: 'r', details: { id: 28, reason: 'r', details: cause } }] },
      cause,
    ],
    'the first of several causes, and all of them beside it': [
      { id: 5, reason: 'r', details: [cause, { id: 2, reason: 'other' }] },
      { ...cause, causes: [cause, { id: 2, reason: 'other' }] },
    ],
    'the wrapper itself when its details are text': [
      { id: 28, reason: 'r', details: 'text' },
      { id: 28, reason: 'r', details: 'text' },
    ],
    'the wrapper itself when there is no cause in its list': [
      { id: 5, reason: 'r', details: [] },
      { id: 5, reason: 'r', details: [] },
    ],
    'the wrapper itself when its details are no error': [
      { id: 26, reason: 'r', details: { code: 1 } },
      { id: 26, reason: 'r', details: { code: 1 } },
    ],
  };
  for (const [what, [given, shown]] of Object.entries(errors)) {
    it(`shows ${what}`, async () => {
      await using service = await startService();
      expect(await mapped(service, failed(given))).to.deep.equal(failed(shown));
    });
  }

  it('responds 404 for composes of other organizations, deleted composes and unknown ids', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const id of [foreign, deleted, randomUUID()]) {
      const reply = await service.as().get(`/composes/${id}`);
      expect(reply).to.be.refused(404, `Compose entry ${id} not found compose entry not found`);
    }
  });

  it('accepts an id in upper case', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, answer(id, { status: 'success' }));
    expect((await service.as().get(`/composes/${id.toUpperCase()}`)).status).to.equal(200);
  });

  it('rejects a malformed id', async () => {
    await using service = await startService();
    for (const id of ['1', 'a'.repeat(36), `{${randomUUID()}}`, randomUUID().replaceAll('-', '')]) {
      expect(await service.as().get(`/composes/${id}`)).to.be.refused(400, /composeId/);
    }
  });

  it('forwards the 404 of composer', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, '{"reason":"gone"}', 404);
    expect(await service.as().get(`/composes/${id}`)).to.be.refused(404, '{"reason":"gone"}');
  });

  it('reports a rejection by composer without its text', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, 'internal address 10.0.0.1', 503);
    expect(await service.as().get(`/composes/${id}`)).to.be.refused(500, 'Failed querying compose status (code 503)');
  });

  it('reports that composer did not respond', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}`).replyWithError('connection refused');
    expect(await service.as().get(`/composes/${id}`)).to.be.refused(500, 'Failed to get compose status from client');
  });

  it('reports that the response of composer is no status', async () => {
    await using service = await startService();
    for (const text of ['no json', 'null', '[]', '{}', '{"image_status":null}', '{"image_status":"success"}']) {
      const id = await service.given.compose();
      service.composer.hasStatus(id, text);
      expect(await service.as().get(`/composes/${id}`)).to.be.refused(500, 'Failed to decode compose status');
    }
  });

  it('requests a new token once when composer rejects the token', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, 'expired', 401);
    service.composer.hasStatus(id, answer(id, { status: 'success' }));
    expect((await service.as().get(`/composes/${id}`)).status).to.equal(200);
  });
});
