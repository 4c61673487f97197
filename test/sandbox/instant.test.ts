import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startInstantSandbox } from '../../packages/sandbox/src/instant.ts';
import { createClients } from '../support/client.ts';

const API = '/api/image-builder-composer/v2';
const ID = '7b2c0a52-57a1-4a53-8a5e-0a4a3a4e0c11';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const start = async () => {
  const sandbox = await startInstantSandbox();
  const clients = createClients(Number(new URL(sandbox.url).port));
  return {
    client: clients.create(''),
    [Symbol.asyncDispose]: async () => {
      clients[Symbol.dispose]();
      await sandbox.close();
    },
  };
};

describe('the instant sandbox', () => {
  it('issues a token to every client', async () => {
    await using sandbox = await start();
    const { status, body } = await sandbox.client.post('/token', 'grant_type=client_credentials');
    expect([status, body.token_type, typeof body.access_token]).to.deep.equal([200, 'Bearer', 'string']);
    expect(body.expires_in).to.be.above(60);
  });

  it('takes every build, each under an id of its own', async () => {
    await using sandbox = await start();
    const replies = await Promise.all([0, 1].map(() => sandbox.client.post(`${API}/compose`, {})));
    const ids = replies.map(({ body }) => body.id);
    expect(replies.map(({ status }) => status)).to.deep.equal([201, 201]);
    for (const id of ids) expect(id).to.match(UUID);
    expect(new Set(ids).size).to.equal(2);
  });

  it('has finished every build at once, as an image on AWS', async () => {
    await using sandbox = await start();
    const { status, body } = await sandbox.client.get(`${API}/composes/${ID}`);
    expect([status, body.id, body.status, body.image_status.status]).to.deep.equal([200, ID, 'success', 'success']);
    expect(body.image_status.upload_status).to.deep.include({ status: 'success', type: 'aws' });
    expect(body.image_status.upload_status.options.ami).to.match(/^ami-/);
  });

  it('counts builds whose status no call has read', async () => {
    const sandbox = await startInstantSandbox();
    const clients = createClients(Number(new URL(sandbox.url).port));
    try {
      const client = clients.create('');
      const ids = [];
      for (let build = 0; build < 2; build += 1) ids.push((await client.post(`${API}/compose`, {})).body.id);
      expect([sandbox.unread(), sandbox.calls()]).to.deep.equal([2, 2]);
      await client.get(`${API}/composes/${ids[0]}`);
      expect([sandbox.unread(), sandbox.calls()]).to.deep.equal([1, 3]);
    } finally {
      clients[Symbol.dispose]();
      await sandbox.close();
    }
  });

  it('knows what is in an image', async () => {
    await using sandbox = await start();
    const { status, body } = await sandbox.client.get(`${API}/composes/${ID}/metadata`);
    expect([status, body.id]).to.deep.equal([200, ID]);
    expect(body.packages).to.be.an('array').that.is.not.empty;
  });

  it('refuses other requests, and names itself a sandbox', async () => {
    await using sandbox = await start();
    for (const path of ['/', `${API}/composes/x`, `${API}/composes/${ID}/logs`]) {
      const { status, headers, body } = await sandbox.client.get(path);
      expect([status, headers['x-sandbox'], body.kind], path).to.deep.equal([404, 'true', 'SandboxError']);
    }
  });
});
