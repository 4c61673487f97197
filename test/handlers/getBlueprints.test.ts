import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest } from '../domain/blueprints/support.ts';
import { startService, type TestService } from '../support/service.ts';

const link = (query: string): string => `/api/image-builder/v1.0/blueprints?${query}`;
const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

interface Listed {
  readonly name: string;
  readonly version: number;
}
const names = (body: { data: readonly Listed[] }): string[] => body.data.map(({ name }) => name);

/** Blueprints of these names, each changed after the next one. */
const given = async (service: TestService, ...list: readonly string[]): Promise<void> => {
  for (const [index, name] of list.entries()) await service.given.blueprint({ name, createdAt: ago(60 + index) });
};

describe('getBlueprints', () => {
  it('returns an empty list without blueprints', async () => {
    await using service = await startService();
    const reply = await service.as().get('/blueprints');
    expect(reply.status).to.equal(200);
    expect(reply.body).to.deep.equal({
      meta: { count: 0 },
      links: { first: link('limit=100&offset=0'), last: link('limit=100&offset=0') },
      data: [],
    });
  });

  it('contains the number and time of the newest version', async () => {
    await using service = await startService();
    const createdAt = new Date('2026-03-01T12:30:00.900Z');
    const { id } = await service.given.blueprint({
      name: 'web',
      description: 'nginx',
      createdAt,
      versions: [{}, {}, {}],
    });
    const { body } = await service.as().get('/blueprints');
    expect(body.data).to.deep.equal([
      { id, name: 'web', description: 'nginx', version: 3, last_modified_at: '2026-03-01T12:30:02Z' },
    ]);
  });

  it('contains an empty description for a blueprint without one', async () => {
    await using service = await startService();
    await service.given.blueprint({ description: null });
    expect((await service.as().get('/blueprints')).body.data[0].description).to.equal('');
  });

  it('sorts blueprints by their last change, newest first', async () => {
    await using service = await startService();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      ids.push((await service.as().post('/blueprints', blueprintRequest({ name }))).body.id);
    }
    expect(names((await service.as().get('/blueprints')).body)).to.deep.equal(['c', 'b', 'a']);
    await service.as().put(`/blueprints/${ids[0]}`, blueprintRequest({ name: 'a2' }));
    expect(names((await service.as().get('/blueprints')).body)).to.deep.equal(['a2', 'c', 'b']);
    await service.as().post(`/experimental/blueprints/${ids[1]}/fixup`);
    expect(names((await service.as().get('/blueprints')).body)).to.deep.equal(['b', 'a2', 'c']);
    await service.as().delete(`/blueprints/${ids[2]}`);
    expect(names((await service.as().get('/blueprints')).body)).to.deep.equal(['b', 'a2']);
  });

  it('sorts blueprints with the same time in a stable order', async () => {
    await using service = await startService();
    const createdAt = ago(60);
    for (let i = 0; i < 4; i += 1) await service.given.blueprint({ createdAt });
    const { body } = await service.as().get('/blueprints');
    const ids: string[] = body.data.map(({ id }: { id: string }) => id);
    expect(ids).to.deep.equal([...ids].sort().reverse());
    for (const [offset, id] of ids.entries()) {
      const page = await service.as().get(`/blueprints?limit=1&offset=${offset}`);
      expect(page.body.data[0].id).to.equal(id);
    }
  });

  it('excludes deleted blueprints and blueprints of other organizations', async () => {
    await using service = await startService();
    await service.given.blueprint({ deleted: true, name: 'deleted' });
    await service.given.blueprint({ orgId: '000001', name: 'theirs' });
    await service.given.blueprint({ name: 'ours' });
    for (const query of ['', '?search=e', '?name=theirs', '?name=deleted']) {
      const { body } = await service.as().get(`/blueprints${query}`);
      const expected = query.startsWith('?') ? [] : ['ours'];
      expect(names(body), query).to.deep.equal(expected);
      expect(body.meta.count, query).to.equal(expected.length);
    }
  });

  it('returns the requested page, the total count, and links to the first and the last page', async () => {
    await using service = await startService();
    await given(service, 'one', 'two', 'three', 'four', 'five');
    const { body } = await service.as().get('/blueprints?limit=2&offset=1');
    expect(names(body)).to.deep.equal(['two', 'three']);
    expect(body.meta).to.deep.equal({ count: 5 });
    expect(body.links).to.deep.equal({ first: link('limit=2&offset=0'), last: link('limit=2&offset=4') });
    const past = await service.as().get('/blueprints?offset=5');
    expect([past.body.data, past.body.meta.count]).to.deep.equal([[], 5]);
  });

  describe('by name', () => {
    it('returns the blueprint with exactly that name', async () => {
      await using service = await startService();
      await given(service, 'find me', 'find me too', 'Find me');
      for (const [name, expected] of [
        ['find me', ['find me']],
        ['find', []],
        ['FIND ME', []],
        ['find_me', []],
      ] as const) {
        const { body } = await service.as().get(`/blueprints?name=${encodeURIComponent(name)}`);
        expect(names(body), name).to.deep.equal(expected);
        expect(body.meta.count, name).to.equal(expected.length);
      }
    });

    it('ignores paging, and sorts the parameters in its links', async () => {
      await using service = await startService();
      await given(service, 'a & b');
      const { body } = await service.as().get('/blueprints?offset=3&name=a+%26+b&limit=5');
      expect(names(body)).to.deep.equal(['a & b']);
      const expected = link('limit=5&name=a+%26+b&offset=0');
      expect(body.links).to.deep.equal({ first: expected, last: expected });
    });

    it('takes precedence over a search, and an empty name is no filter', async () => {
      await using service = await startService();
      await given(service, 'alpha', 'alphabet');
      const { body } = await service.as().get('/blueprints?search=alpha&name=alpha');
      expect(names(body)).to.deep.equal(['alpha']);
      expect(body.links.first).to.equal(link('limit=100&name=alpha&offset=0'));
      expect(names((await service.as().get('/blueprints?name=&search=bet')).body)).to.deep.equal(['alphabet']);
    });
  });

  describe('search', () => {
    it('matches names and descriptions, ignoring case', async () => {
      await using service = await startService();
      await service.given.blueprint({ name: 'Web server', description: 'nginx', createdAt: ago(3) });
      await service.given.blueprint({ name: 'database', description: 'for the WEB', createdAt: ago(2) });
      await service.given.blueprint({ name: 'other', description: null, createdAt: ago(1) });
      for (const [search, expected] of [
        ['web', ['database', 'Web server']],
        ['NGINX', ['Web server']],
        ['zzz', []],
        ['', ['other', 'database', 'Web server']],
      ] as const) {
        const { body } = await service.as().get(`/blueprints?search=${search}`);
        expect(names(body), search).to.deep.equal(expected);
        expect(body.meta.count, search).to.equal(expected.length);
      }
    });

    it('treats every character literally', async () => {
      await using service = await startService();
      await given(service, '100%', '100 x', 'a_b', 'axb', 'back\\slash', "quote's");
      for (const [search, expected] of [
        ['%', ['100%']],
        ['_', ['a_b']],
        ['\\', ['back\\slash']],
        ["'", ["quote's"]],
        ['0 %', []],
      ] as const) {
        const { body } = await service.as().get(`/blueprints?search=${encodeURIComponent(search)}`);
        expect(names(body), search).to.deep.equal(expected);
      }
    });

    it('is paged, and repeated in the links', async () => {
      await using service = await startService();
      await given(service, 'web 1', 'other', 'web 2', 'web 3');
      const { body } = await service.as().get('/blueprints?search=web&limit=2&offset=1');
      expect(names(body)).to.deep.equal(['web 2', 'web 3']);
      expect(body.meta.count).to.equal(3);
      expect(body.links).to.deep.equal({
        first: link('limit=2&offset=0&search=web'),
        last: link('limit=2&offset=2&search=web'),
      });
      const past = await service.as().get('/blueprints?search=web&offset=3');
      expect([past.body.data, past.body.meta.count]).to.deep.equal([[], 3]);
    });
  });

  for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'offset=']) {
    it(`refuses ${query}`, async () => {
      await using service = await startService();
      expect(await service.as().get(`/blueprints?${query}`)).to.be.refused(400, /parameter "(limit|offset)"/);
    });
  }
});
