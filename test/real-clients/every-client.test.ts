// Behaviour that every client relies on.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintBody, composeRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';
import type { Reply } from '../support/client.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

/** Paths of the members of a body that are null. */
const nulls = (value: unknown, path = ''): readonly string[] => {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => nulls(member, `${path}/${key}`));
};

const ok = (reply: Reply): Reply => {
  expect(reply.status, reply.text).to.be.within(200, 299);
  return reply;
};

/** A build and a blueprint of which nothing is stored that could be left out. */
const bare = async ({ given }: TestService) => {
  const { id, versionIds } = await given.blueprint({ description: null, metadata: null });
  const own = await given.compose({ imageName: null, clientId: null });
  const made = await given.compose({ imageName: null, clientId: null, blueprintVersionId: versionIds[0] ?? '' });
  return { id, own, made };
};

describe('every client: a member without a value is absent, never null', () => {
  for (const path of ['/composes', '/blueprints', '/blueprints/{id}', '/blueprints/{id}/composes']) {
    it(`in GET ${path}`, async () => {
      await using service = await startService();
      const { id } = await bare(service);
      const { body } = ok(await service.as().get(path.replace('{id}', id)));
      expect(nulls(body)).to.deep.equal([]);
      // Two builds of one millisecond are listed in any order.
      const item = (body.data ?? []).find((one: object) => 'blueprint_id' in one) as object | undefined;
      if (path === '/composes')
        expect(item).to.have.all.keys('id', 'request', 'created_at', 'blueprint_id', 'blueprint_version');
    });
  }

  it('in GET /composes/{composeId}, for every response of composer', async () => {
    await using service = await startService();
    const { own } = await bare(service);
    const image_status = { status: 'building', upload_status: null, error: null, progress: null };
    service.composer.hasStatus(own, { id: own, status: 'pending', image_status });
    const { body } = ok(await service.as().get(`/composes/${own}`));
    expect(body).to.deep.equal({ image_status: { status: 'building' }, request: composeRequest });
  });

  it('in GET /blueprints/{id}/export', async () => {
    await using service = await startService();
    const { id } = await bare(service);
    expect(nulls(ok(await service.as().get(`/blueprints/${id}/export`)).body)).to.deep.equal([]);
  });
});

describe('every client: an error is a JSON list of what is wrong', () => {
  const cases: Record<string, readonly [status: number, ask: (service: TestService) => Promise<Reply>]> = {
    'a bad parameter': [400, (service) => service.as().get('/composes?limit=0')],
    'a body that is no JSON': [400, (service) => service.as().post('/compose', '{')],
    'a body that does not fit': [400, (service) => service.as().post('/compose', {})],
    'a distribution that is not to be had': [
      400,
      (service) => service.as({ entitled: false }).post('/compose', { ...composeRequest, distribution: 'rhel-8' }),
    ],
    'a distribution of others': [403, (service) => service.as().get('/architectures/fedora-42')],
    'an unknown path': [404, (service) => service.as().get('/images')],
    'an unknown id': [404, (service) => service.as().get(`/blueprints/${UNKNOWN}`)],
    'a method that is not there': [405, (service) => service.as().send('PATCH', '/blueprints')],
    'another media type': [
      415,
      (service) => service.as().post('/compose', composeRequest, { headers: { 'content-type': 'text/plain' } }),
    ],
    'a rule that is broken': [422, (service) => service.as().post('/blueprints', { ...blueprintBody, name: ' ' })],
    'a failure of composer': [
      500,
      async (service) => {
        service.composer.refuses(500, '<h1>Internal Server Error</h1>');
        return service.as().post('/compose', composeRequest);
      },
    ],
  };
  for (const [what, [status, ask]] of Object.entries(cases)) {
    it(`for ${what} (${status})`, async () => {
      await using service = await startService();
      const reply = await ask(service);
      expect(reply.status, reply.text).to.equal(status);
      expect(reply.headers['content-type']).to.equal('application/json');
      expect(Object.keys(reply.body)).to.deep.equal(['errors']);
      const [first] = reply.body.errors;
      expect(first.detail).to.be.a('string').and.not.equal('');
      expect(first.title).to.be.a('string').and.not.equal('');
    });
  }
});

describe('every client: times sort as text', () => {
  const times = [
    '2026-01-31T23:59:59.999Z',
    '2026-02-01T00:00:00.000Z',
    '2026-02-01T00:00:01.500Z',
    '2026-02-09T10:00:00Z',
  ];
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  const recent = times.map((_time, index) => new Date(Date.now() - (index + 1) * 86_400_000 - index * 333));

  it('created_at of builds: RFC 3339, UTC, one shape in every row', async () => {
    await using service = await startService();
    for (const createdAt of recent) await service.given.compose({ createdAt });
    const { body } = ok(await service.as().get('/composes'));
    const shown: readonly string[] = body.data.map((row: { created_at: string }) => row.created_at);
    expect(shown).to.have.length(times.length);
    for (const time of shown) expect(time).to.match(shape);
    expect([...shown].sort().reverse()).to.deep.equal(shown);
    expect(shown.map((time) => Date.parse(time))).to.deep.equal(
      recent.map((time) => Math.floor(time.getTime() / 1000) * 1000),
    );
  });

  it('last_modified_at of blueprints: RFC 3339, UTC, one shape in every row', async () => {
    await using service = await startService();
    for (const time of times) await service.given.blueprint({ createdAt: new Date(time) });
    const { body } = ok(await service.as().get('/blueprints'));
    const shown: readonly string[] = body.data.map((row: { last_modified_at: string }) => row.last_modified_at);
    expect(shown).to.have.length(times.length);
    for (const time of shown) expect(time).to.match(shape);
    expect([...shown].sort().reverse()).to.deep.equal(shown);
  });
});

describe('every client: statuses that programs decide by', () => {
  it('404 for an id that is unknown, deleted, or of another organization', async () => {
    await using service = await startService();
    const foreign = await service.given.blueprint({ orgId: '000001' });
    const deleted = await service.given.blueprint({ deleted: true });
    for (const id of [UNKNOWN, foreign.id, deleted.id])
      expect(await service.as().get(`/blueprints/${id}`)).to.be.refused(404, 'blueprint not found');
    const builds = [
      UNKNOWN,
      await service.given.compose({ orgId: '000001' }),
      await service.given.compose({ deleted: true }),
    ];
    for (const id of builds) expect(await service.as().get(`/composes/${id}`)).to.be.refused(404);
  });

  it('422 for a name that is taken, when creating and when renaming', async () => {
    await using service = await startService();
    await service.given.blueprint({ name: 'web' });
    const { id } = await service.given.blueprint({ name: 'other' });
    const body = { ...blueprintBody, name: 'web' };
    for (const reply of [
      await service.as().post('/blueprints', body),
      await service.as().put(`/blueprints/${id}`, body),
    ])
      expect(reply).to.be.refused(422, 'A blueprint with the same name already exists.', 'Name not unique');
  });

  it('400 for a body that cannot be used', async () => {
    await using service = await startService();
    for (const body of ['', '{', '[]', '{"image_requests":[]}', { ...composeRequest, image_requests: 'guest-image' }])
      expect(await service.as().post('/compose', body)).to.be.refused(400);
  });
});
