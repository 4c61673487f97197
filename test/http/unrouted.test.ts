// Requests for which there is no operation: the published texts, and what was probably meant for callers that prefer details.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ORG } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const DETAILED = { headers: { prefer: 'errors=detailed' } };
const ID = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

describe('a path without an operation', () => {
  it('has the published text', async () => {
    await using service = await startService();
    const { status, body } = await service.as({ orgId: ORG }).get('/compos');
    expect(status).to.equal(404);
    expect(body).to.deep.equal({ errors: [{ title: '404', detail: 'no matching operation was found' }] });
  });

  for (const [method, path, meant] of [
    ['GET', '/compos', '/composes'],
    ['POST', '/composes/x/rebild', '/composes/x/rebuild'],
    ['GET', '/composes/', '/composes'],
    ['GET', '//composes', '/composes'],
    ['HEAD', '/blueprint', '/blueprints'],
    ['GET', `/blueprint/${ID}`, `/blueprints/${ID}`],
    ['GET', `/composes/${ID}/meta-data`, `/composes/${ID}/metadata`],
    ['GET', '/Distributions', '/distributions'],
  ] as const) {
    it(`comes with the path that was probably meant: ${method} ${path}`, async () => {
      await using service = await startService();
      const { status, body } = await service.as().send(method, path, undefined, DETAILED);
      expect(status).to.equal(404);
      if (method !== 'HEAD')
        expect(body.errors[0]).to.deep.include({
          code: 'operation.not_found',
          detail: `no operation has the path "${path}"; did you mean "${meant}"?`,
          suggestion: meant,
        });
    });
  }

  it('comes without a suggestion where no path is near, and where it is long', async () => {
    await using service = await startService();
    for (const path of ['/', '/nothing-here', `/composes/${'x'.repeat(200)}/y`, '/compos'.repeat(2_000)]) {
      const { status, body } = await service.as().get(path, DETAILED);
      expect([status, body.errors[0].suggestion], path.slice(0, 40)).to.deep.equal([404, undefined]);
    }
  });
});

describe('an id of nothing', () => {
  for (const [path, name, list, published] of [
    [`/composes/${ID}`, 'composeId', 'composes', `Compose entry ${ID} not found compose entry not found`],
    [`/blueprints/${ID}`, 'id', 'blueprints', 'blueprint not found'],
    [`/webhooks/${ID}/deliveries`, 'id', 'webhooks', 'webhook not found'],
  ] as const) {
    it(`has its place, and the list of ids, for callers that prefer details: ${path}`, async () => {
      await using service = await startService();
      expect((await service.as().get(path)).body).to.deep.equal({ errors: [{ title: '404', detail: published }] });
      const { body } = await service.as().get(path, DETAILED);
      expect(body.errors).to.deep.equal([
        {
          ...{ title: '404', detail: published, code: 'resource.not_found', pointer: `path.${name}`, value: ID },
          ...{ takes: `an id of GET /${list}`, doc_url: '/docs/errors#resource.not_found' },
        },
      ]);
    });
  }

  it('that is the misspelt name of a distribution comes with the right one', async () => {
    await using service = await startService();
    const published = "distribution 'centos9' not found";
    expect(await service.as().get('/distributions/centos9')).to.be.refused(404, published);
    const { body } = await service.as().get('/distributions/centos9', DETAILED);
    expect(body.errors[0]).to.deep.include({ pointer: 'path.distro', value: 'centos9', suggestion: 'centos-9' });
  });
});

describe('a method that a path does not have', () => {
  it('has the published text, and the methods of the path for callers that prefer details', async () => {
    await using service = await startService();
    expect(await service.as().send('PATCH', '/blueprints', {})).to.be.refused(405, 'method not allowed');
    const { body, headers } = await service.as().send('PATCH', '/blueprints', {}, DETAILED);
    expect(body.errors[0]).to.deep.include({
      ...{ code: 'method.not_allowed', takes: 'GET, POST, HEAD, OPTIONS' },
      detail: '/blueprints has no method PATCH; it has GET, POST, HEAD, OPTIONS',
    });
    expect(headers.allow).to.equal('GET, POST, HEAD, OPTIONS');
  });
});
