import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { sbomItem } from '../support/given.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';

const FINISHED = { image_status: { status: 'success' } };
const FAILED = { image_status: { status: 'failure', error: { id: 4, reason: 'no such package' } } };

const ITEMS = [[sbomItem('build', 'buildroot'), sbomItem('os'), sbomItem('image-tree')]];

/** A build that composer says is over, with these documents. */
const givenBuild = async (service: TestService, items: unknown = ITEMS, more: object = {}): Promise<string> => {
  const id = await service.given.compose(more);
  service.composer.hasStatus(id, FINISHED);
  service.composer.get(`/composes/${id}/sboms`).reply(200, { href: '', id, kind: 'ComposeSBOMs', items });
  return id;
};

const sboms = async (service: TestService, id: string, search = '') => {
  const reply = await service.as().get(`/composes/${id}/sboms${search}`);
  expect(reply.status, reply.text).to.equal(200);
  return reply.body;
};
const namesIn = ({ data }: { data: readonly { name: string }[] }) => data.map(({ name }) => name);

const countKept = async ({ sql }: TestService) => {
  const { rows } = await sql.query<{ sets: number; documents: number }>(
    `SELECT (SELECT count(*)::int FROM compose_statuses WHERE sboms_stored_at IS NOT NULL) AS sets, (SELECT count(*)::int FROM compose_sboms) AS documents`,
  );
  return rows[0];
};

describe('getComposeSboms', () => {
  it('lists the documents of the image, each with its address', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    const path = `${API_PATH}.0/composes/${id}/sboms`;
    const item = (name: string) => ({ name, href: `${path}/${name}`, ...sbomItem(name) });
    const link = `${path}?pipeline_purpose=image&limit=100&offset=0`;
    expect(await sboms(service, id)).to.deep.equal({
      ...{ meta: { count: 2 }, links: { first: link, last: link }, data: [item('os'), item('image-tree')] },
    });
  });

  it('lists the documents of the build root, or of both, on request', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    expect(namesIn(await sboms(service, id, '?pipeline_purpose=buildroot'))).to.deep.equal(['build']);
    const both = await sboms(service, id, '?pipeline_purpose=buildroot&pipeline_purpose=image');
    expect(namesIn(both)).to.deep.equal(['build', 'os', 'image-tree']);
    expect(both.links.first).to.match(/\?pipeline_purpose=buildroot&pipeline_purpose=image&limit=100&offset=0$/);
  });

  for (const search of ['?pipeline_purpose=none', '?pipeline_purpose=', '?pipeline_purpose=image,buildroot']) {
    it(`refuses ${search}`, async () => {
      await using service = await startService();
      const id = await service.given.compose();
      expect(await service.as().get(`/composes/${id}/sboms${search}`)).to.be.refused(400, /pipeline_purpose/);
    });
  }

  it('returns pages, both from composer and from stored documents', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    for (let reads = 0; reads < 2; reads += 1) {
      const page = await sboms(service, id, '?limit=1&offset=1');
      expect([page.meta.count, namesIn(page)]).to.deep.equal([2, ['image-tree']]);
      expect(page.links.last).to.match(/limit=1&offset=1$/);
    }
    expect(await sboms(service, id, '?limit=1&offset=7')).to.deep.include({ meta: { count: 2 }, data: [] });
  });

  it('calls composer once, and returns stored documents when composer is unavailable or has deleted the compose', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    const first = await service.as().get(`/composes/${id}/sboms`);
    expect(await countKept(service)).to.deep.equal({ sets: 1, documents: 3 });
    // Whatever composer is asked from now on fails the test.
    const again = await service.as().get(`/composes/${id}/sboms`);
    expect([again.text, again.headers.etag]).to.deep.equal([first.text, first.headers.etag]);
    expect(namesIn(await sboms(service, id, '?pipeline_purpose=buildroot'))).to.deep.equal(['build']);
  });

  it('stores that a compose has no documents', async () => {
    await using service = await startService();
    for (const items of [[], [[]]]) {
      const id = await givenBuild(service, items);
      for (let reads = 0; reads < 2; reads += 1) {
        expect(await sboms(service, id)).to.deep.include({ meta: { count: 0 }, data: [] });
      }
    }
  });

  it('stores documents once for concurrent requests in several processes', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.recordStatus(id, 'success', JSON.stringify(FINISHED.image_status));
    // One question of this process, answered when all wait for it; the others are those of other processes.
    const all = Promise.withResolvers<null>();
    service.composer.get(`/composes/${id}/sboms`).reply(200, () => all.promise.then(() => ({ items: ITEMS })));
    const { sboms: read } = service.ctx.composerReads;
    let waiting = 0;
    Object.assign(service.ctx.composerReads, {
      sboms: (...args: Parameters<typeof read>) => {
        waiting += 1;
        if (waiting === 5) all.resolve(null);
        return read(...args);
      },
    });
    const documents = [{ name: 'os', ...sbomItem() }].map(({ sbom, ...row }) => ({
      ...row,
      document: JSON.stringify(sbom),
    }));
    const replies = await Promise.all(Array.from({ length: 5 }, () => service.as().get(`/composes/${id}/sboms`)));
    expect(new Set(replies.map(({ text }) => text)), replies[0]?.text).to.have.property('size', 1);
    await Promise.all(Array.from({ length: 5 }, () => service.ctx.db.sboms.insert('000000', id, documents)));
    expect(await countKept(service)).to.deep.equal({ sets: 1, documents: 3 });
    const [one, other] = [await service.given.compose(), await service.given.compose()];
    await Promise.all(
      [one, other, one, other, one].map((job) => service.ctx.db.sboms.insert('000000', job, documents)),
    );
    expect(await countKept(service)).to.deep.equal({ sets: 3, documents: 5 });
  });

  it('returns the documents of composer when they cannot be stored', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'warn' } });
    const id = await givenBuild(service);
    await service.sql.query('ALTER TABLE compose_sboms ADD CONSTRAINT none CHECK (false) NOT VALID');
    expect(namesIn(await sboms(service, id))).to.deep.equal(['os', 'image-tree']);
    expect(await countKept(service)).to.deep.equal({ sets: 0, documents: 0 });
    expect(service.logs.map(({ msg }) => msg)).to.include('a response of composer about a compose cannot be stored');
  });

  it('returns and stores long documents unchanged', async () => {
    await using service = await startService();
    const packages = Array.from({ length: 12_000 }, (_, i) => ({
      ...{ SPDXID: `SPDXRef-${i}`, name: `package-${i} é 💩 \u0000 \ud800 \\"`, versionInfo: '1.0' },
      checksums: [{ algorithm: 'SHA256', checksumValue: `${i}`.padStart(64, '0') }],
    }));
    const id = await givenBuild(service, [[sbomItem('os', 'image', { packages })]]);
    const first = await service.as().get(`/composes/${id}/sboms`);
    expect(first.text.length).to.be.greaterThan(2 * 1024 * 1024);
    expect(first.body.data[0].sbom.packages).to.deep.equal(packages);
    expect((await service.as().get(`/composes/${id}/sboms`)).text).to.equal(first.text);
  });

  it('names documents in characters of addresses, and numbers those of several images', async () => {
    await using service = await startService();
    const odd = sbomItem('../os tree/é');
    const id = await givenBuild(service, [[sbomItem('os'), odd], [sbomItem('os')]]);
    const { data } = await sboms(service, id);
    expect(namesIn({ data })).to.deep.equal(['os', '-os-tree-', 'os-2']);
    expect(data[1].pipeline_name).to.equal('../os tree/é');
    for (const { href, sbom } of data)
      expect((await service.as().get(href.slice(`${API_PATH}.0`.length))).text).to.equal(`${JSON.stringify(sbom)}\n`);
  });

  it('omits members unknown to the contract', async () => {
    await using service = await startService();
    const items = [{ ...sbomItem(), sbom_type: 'cyclonedx' }, { ...sbomItem(), pipeline_purpose: 'x' }, sbomItem('os')];
    const id = await givenBuild(service, [items]);
    expect(namesIn(await sboms(service, id))).to.deep.equal(['os']);
  });

  for (const status of ['pending', 'building', 'uploading', 'registering']) {
    it(`says that a build that is ${status} is not finished, and has a document when it is`, async () => {
      await using service = await startService();
      const id = await service.given.compose();
      service.composer.hasStatus(id, { image_status: { status } });
      expect(await service.as().get(`/composes/${id}/sboms`)).to.be.refused(409, 'the build is not finished');
      service.composer.hasStatus(id, FINISHED);
      service.composer.get(`/composes/${id}/sboms`).reply(200, { items: ITEMS });
      expect((await sboms(service, id)).meta.count).to.equal(2);
    });
  }

  it('responds that a failed compose has no documents, whether composer reports it or it is stored', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, FAILED);
    for (let reads = 0; reads < 2; reads += 1) {
      const reply = await service.as().get(`/composes/${id}/sboms`);
      expect(reply).to.be.refused(404, 'the build failed: there is no bill of materials of it');
    }
  });

  it('responds 404 when composer has deleted the compose before the first request', async () => {
    await using service = await startService();
    const unseen = await service.given.compose();
    service.composer.hasStatus(unseen, 'no such compose', 404);
    const seen = await service.given.compose();
    service.composer.hasStatus(seen, FINISHED);
    service.composer.get(`/composes/${seen}/sboms`).reply(404, 'no such compose');
    for (const id of [unseen, seen]) {
      const reply = await service.as().get(`/composes/${id}/sboms`);
      expect(reply).to.be.refused(404, 'the build service does not know this build any more');
    }
  });

  it('responds 404 when composer did not resolve the packages of the build', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, FINISHED);
    const details = `OSBuild job "${id}": manifest job dependency is missing depsolve job dependency`;
    const body = { id: '15', kind: 'Error', reason: 'Compose with given id not found', details };
    service.composer.get(`/composes/${id}/sboms`).reply(404, body);
    const reply = await service.as().get(`/composes/${id}/sboms`);
    const text = 'the build has no bill of materials: the build service did not resolve its packages';
    expect(reply).to.be.refused(404, text);
  });

  it('responds 404 for composes of other organizations, deleted composes and unknown ids, also when documents are stored', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    for (const [org, id] of [
      ['000001', foreign],
      ['000000', deleted],
    ] as const) {
      await service.ctx.db.sboms.insert(org, id, [{ name: 'os', ...sbomItem(), document: '{}' }]);
    }
    expect(await countKept(service)).to.deep.equal({ sets: 2, documents: 2 });
    for (const id of [foreign, deleted, randomUUID()]) {
      for (const path of [`/composes/${id}/sboms`, `/composes/${id}/sboms/os`]) {
        expect(await service.as().get(path)).to.be.refused(
          404,
          `Compose entry ${id} not found compose entry not found`,
        );
      }
    }
    await service.ctx.db.sboms.insert('000001', await service.given.compose(), []);
    expect(await countKept(service), 'nobody keeps anything of others').to.deep.equal({ sets: 2, documents: 2 });
  });

  it('reports a rejection by composer without its text', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, 'secret', 500);
    expect(await service.as().get(`/composes/${id}/sboms`)).to.be.refused(
      500,
      'Failed querying compose status (code 500)',
    );
    service.composer.hasStatus(id, FINISHED);
    service.composer.get(`/composes/${id}/sboms`).reply(400, 'secret');
    expect(await service.as().get(`/composes/${id}/sboms`)).to.be.refused(500, 'Failed querying compose SBOMs');
  });

  it('gives no details when composer sends an unreadable response or none, and stores nothing', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.hasStatus(id, FINISHED);
    for (const text of ['no json', '[]', 'null', '{}', '{"items":{}}', '{"items":["os"]}', '{"items":[[null]]}']) {
      service.composer.get(`/composes/${id}/sboms`).reply(200, text);
      expect(await service.as().get(`/composes/${id}/sboms`)).to.be.refused(500, 'Internal Server Error');
    }
    service.composer.get(`/composes/${id}/sboms`).replyWithError('connection refused');
    expect(await service.as().get(`/composes/${id}/sboms`)).to.be.refused(500, 'Internal Server Error');
    expect(await countKept(service)).to.deep.equal({ sets: 0, documents: 0 });
  });

  it('neither returns nor stores secrets of the request that a document repeats', async () => {
    await using service = await startService();
    const secret = 'a "secret" of the request é';
    const request = { customizations: { subscription: { 'activation-key': secret } } };
    const packages = [
      { name: 'a', downloadLocation: 'https://user:password@mirror.test/a.rpm' },
      { name: 'b', comment: `key ${secret}` },
      { name: 'c', comment: 'the secret: of the package libsecret' },
    ];
    const id = await givenBuild(service, [[sbomItem('os', 'image', { packages })]], { request });
    for (let reads = 0; reads < 2; reads += 1) {
      const { text } = await service.as().get(`/composes/${id}/sboms`);
      expect(text).to.contain('mirror.test/a.rpm').and.not.to.contain('password').and.not.to.contain('of the request');
    }
    const { rows } = await service.sql.query<{ text: string }>('SELECT document::text AS text FROM compose_sboms');
    expect(rows[0]?.text).not.to.contain('password').and.not.to.contain('of the request');
  });

  it('has no documents of a compose that another implementation has deleted for good', async () => {
    await using service = await startService();
    const id = await givenBuild(service);
    await sboms(service, id);
    await service.sql.query('DELETE FROM composes');
    expect((await service.as().get(`/composes/${id}/sboms`)).status).to.equal(404);
    await service.sql.query('DELETE FROM compose_statuses');
    expect((await service.sql.query('SELECT FROM compose_sboms')).rowCount).to.equal(0);
  });
});
