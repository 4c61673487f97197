import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { waitUntilIdle } from '../../../src/http/server.ts';
import { startComposes, type ComposeOrder, type Caller } from '../../../src/domain/composes/start-composes.ts';
import { identity } from '../compose-requests/support.ts';
import type { Client, Reply } from '../../support/client.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../../support/given.ts';
import { identityHeader, ORG } from '../../support/identity.ts';
import { API_PATH, startService, type TestService } from '../../support/service.ts';

const DAY = 24 * 3600 * 1e9;
const quotaOf = (quota: number) => ({ quota: { default: { quota, slidingWindow: DAY } } });
const EXCEEDED = (quota: number) => `Quota of ${quota} builds per 1 days exceeded for user`;
const UNKNOWN_OUTCOME = 'the outcome of a compose is unknown: composer may have accepted it';

const AWS = {
  ...{ image_type: 'aws', upload_request: { type: 'aws', options: { share_with_accounts: ['123456789012'] } } },
} as const;

const accepted = () => ({ href: '/compose', kind: 'ComposeId', id: randomUUID() });

/** Lets composer accept exactly this number of composes. */
const acceptsTimes = ({ composer }: TestService, times: number): void => {
  composer
    .post('/compose')
    .times(times)
    .reply(201, (_request: Request) => accepted());
};

/** Delays composer's next response. Returns a promise of the call, and the function that releases the response. */
const delaysResponse = ({ composer }: TestService, status: number, body: () => object) => {
  const called = Promise.withResolvers<null>();
  const released = Promise.withResolvers<null>();
  composer.post('/compose').reply(status, async (_request: Request) => {
    called.resolve(null);
    await released.promise;
    return body();
  });
  return { called: called.promise, release: () => released.resolve(null) };
};

const countRows = async ({ sql }: TestService, table: 'composes' | 'build_reservations'): Promise<number> => {
  const { rows } = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]?.count ?? -1;
};

/** Numbers of stored composes and of reservations. */
const rowsOf = async (service: TestService) => ({
  composes: await countRows(service, 'composes'),
  reservations: await countRows(service, 'build_reservations'),
});

const post = (client: Client, more: object = {}): Promise<Reply> =>
  client.post('/compose', { ...composeRequest, ...more });

const tally = (replies: readonly Reply[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('the quota of composes', () => {
  it('is exact for 40 requests at the same time', async () => {
    await using service = await startService(quotaOf(7));
    acceptsTimes(service, 7);
    const replies = await Promise.all(Array.from({ length: 40 }, () => post(service.as())));
    expect(tally(replies)).to.deep.equal({ 201: 7, 403: 33 });
    expect(replies.find(({ status }) => status === 403)).to.be.refused(403, EXCEEDED(7));
    expect(await rowsOf(service)).to.deep.equal({ composes: 7, reservations: 0 });
  });

  it('is exact for 40 requests at the same time to two processes', async () => {
    await using service = await startService(quotaOf(7));
    await using other = await startService({
      ...quotaOf(7),
      env: { PGDATABASE: service.ctx.config.database.database },
    });
    acceptsTimes(service, 7);
    const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => post((i % 2 === 0 ? service : other).as())));
    expect(tally(replies)).to.deep.equal({ 201: 7, 403: 33 });
    expect(await rowsOf(service)).to.deep.equal({ composes: 7, reservations: 0 });
  });

  it("is each organization's own", async () => {
    await using service = await startService(quotaOf(3));
    acceptsTimes(service, 6);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(service.as({ orgId: i % 2 === 0 ? ORG : '000001' }))),
    );
    expect(tally(replies)).to.deep.equal({ 201: 6, 403: 14 });
  });

  it('is reserved while composer is called, and released when composer refuses', async () => {
    await using service = await startService(quotaOf(1));
    const held = delaysResponse(service, 400, () => ({ id: '7', reason: 'no' }));
    const first = post(service.as());
    await held.called;
    expect(await post(service.as())).to.be.refused(403, EXCEEDED(1));
    held.release();
    expect(await first).to.be.refused(400, 'no');
    acceptsTimes(service, 1);
    expect((await post(service.as())).status).to.equal(201);
    expect(await rowsOf(service)).to.deep.equal({ composes: 1, reservations: 0 });
  });

  it('counts a compose that is being started once, before and after it is stored', async () => {
    await using service = await startService(quotaOf(2));
    const held = delaysResponse(service, 201, accepted);
    const first = post(service.as());
    await held.called;
    expect(await rowsOf(service)).to.deep.equal({ composes: 0, reservations: 1 });
    acceptsTimes(service, 1);
    expect((await post(service.as())).status).to.equal(201);
    expect(await post(service.as())).to.be.refused(403, EXCEEDED(2));
    held.release();
    expect((await first).status).to.equal(201);
    expect(await post(service.as())).to.be.refused(403, EXCEEDED(2));
    expect(await rowsOf(service)).to.deep.equal({ composes: 2, reservations: 0 });
  });

  it('does not count expired reservations of a dead process', async () => {
    await using service = await startService(quotaOf(1));
    await service.sql.query(
      `INSERT INTO build_reservations (org_id, expires_at, state, compose, fingerprint)
      VALUES ('${ORG}', now() - interval '1 second', 'reserved', '{}', '')`,
    );
    acceptsTimes(service, 1);
    expect((await post(service.as())).status).to.equal(201);
  });

  it('does not count a reservation whose statement got no response', async () => {
    await using service = await startService(quotaOf(1));
    const { reservations } = service.ctx.db;
    const { reserve } = reservations;
    Object.assign(reservations, {
      reserve: async (...args: Parameters<typeof reserve>) => {
        await reserve(...args);
        throw new Error('the connection is lost');
      },
    });
    expect((await post(service.as())).status).to.equal(500);
    expect(await rowsOf(service)).to.deep.equal({ composes: 0, reservations: 0 });

    Object.assign(reservations, { reserve });
    acceptsTimes(service, 1);
    expect((await post(service.as())).status).to.equal(201);
  });

  it('is reported before any other error when it is exceeded', async () => {
    await using service = await startService(quotaOf(1));
    await service.given.compose();
    expect(await post(service.as(), { distribution: 'rhel-9.7' })).to.be.refused(403, EXCEEDED(1));
    expect(await post(service.as(), { distribution: undefined })).to.be.refused(403, EXCEEDED(1));
  });

  const givenBack: readonly (readonly [
    title: string,
    fail: (service: TestService) => Promise<Reply>,
    status: number,
  ])[] = [
    ['is wrong', ({ as }) => post(as(), { distribution: 'rhel-9.7' }), 400],
    [
      'is too large',
      ({ as }) => post(as(), { image_requests: [{ ...guestImageRequest, ...AWS, size: 2 ** 40 }] }),
      400,
    ],
    [
      'asks for what content sources does not tell',
      ({ as, contentSources }) => {
        contentSources.get('/repositories/').query(true).reply(500);
        return post(as(), { distribution: 'rhel-9.6' });
      },
      500,
    ],
    [
      'composer cannot be sent',
      ({ as, composer }) => {
        composer.post('/compose').replyWithError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
        return post(as());
      },
      500,
    ],
  ];
  for (const [title, fail, status] of givenBack) {
    it(`is not used up by a request that ${title}`, async () => {
      await using service = await startService(quotaOf(1));
      expect((await fail(service)).status).to.equal(status);
      expect(await rowsOf(service)).to.deep.equal({ composes: 0, reservations: 0 });
      acceptsTimes(service, 1);
      expect((await post(service.as())).status).to.equal(201);
    });
  }

  for (const [title, answer] of [
    ['composer accepts without saying which it is', (s) => s.composer.refuses(201, 'no JSON')],
    ['a gateway answers for composer', (s) => s.composer.refuses(504, '<html>')],
    [
      'composer leaves without an answer',
      (s) => s.composer.post('/compose').replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' })),
    ],
  ] as readonly (readonly [string, (service: TestService) => void])[]) {
    it(`counts a compose of unknown outcome, which the background reconciles at once: ${title}`, async () => {
      const woken: string[] = [];
      const background = { wake: (name: string) => void woken.push(name), [Symbol.dispose]: () => {} };
      await using service = await startService({ ...quotaOf(1), context: { background } });
      answer(service);
      expect((await post(service.as())).status).to.equal(500);
      expect(await post(service.as())).to.be.refused(403, EXCEEDED(1));
      const { rows } = await service.sql.query<Record<string, unknown>>(
        `SELECT state, org_id, compose #>> '{request,distribution}' AS distribution,
          expires_at > now() + interval '5 hours' AS counts_for_hours FROM build_reservations`,
      );
      expect(rows).to.deep.equal([
        { state: 'unknown', org_id: ORG, distribution: composeRequest.distribution, counts_for_hours: true },
      ]);
      const told = service.logs.filter(({ msg }) => msg === UNKNOWN_OUTCOME);
      expect(told.map(({ org_id }) => org_id)).to.deep.equal([ORG]);
      expect(woken).to.deep.equal(['reconcile-builds']);
    });
  }

  it('refuses a request before another service is called', async () => {
    await using service = await startService(quotaOf(1));
    await service.given.compose();
    const options = { share_with_sources: ['1'] };
    const images = [{ architecture: 'x86_64', image_type: 'aws', upload_request: { type: 'aws', options } }];
    expect(await post(service.as(), { image_requests: images })).to.be.refused(403, EXCEEDED(1));
  });

  it('reports when the oldest compose stops counting', async () => {
    await using service = await startService(quotaOf(1));
    await service.given.compose({ createdAt: new Date(Date.now() - 23 * 3600 * 1000) });
    const refused = await post(service.as());
    expect(refused.status).to.equal(403);
    expect(Number(refused.headers['retry-after'])).to.be.within(3500, 3600);
  });
});

/** Makes the first attempts to store a compose fail. */
const failFirst = async ({ sql }: TestService, attempts: number): Promise<void> => {
  await sql.query(`
    CREATE SEQUENCE attempts;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF nextval('attempts') <= ${attempts} THEN RAISE EXCEPTION 'not now'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON composes FOR EACH ROW EXECUTE FUNCTION fail()`);
};

describe('a compose that composer has accepted', () => {
  it('is stored even if the client has disconnected', async () => {
    await using service = await startService();
    const build = accepted();
    const held = delaysResponse(service, 201, () => build);
    const client = httpRequest({
      ...{ host: '127.0.0.1', port: service.port, method: 'POST', path: `${API_PATH}/compose` },
      headers: { 'content-type': 'application/json', 'x-rh-identity': identityHeader() },
    });
    const gone = new Promise((resolve) => client.once('close', resolve).once('error', () => {}));
    client.end(JSON.stringify(composeRequest));
    await held.called;
    client.destroy();
    await gone;
    held.release();
    await waitUntilIdle(service.ctx.lifecycle, 10_000);
    const { rows } = await service.sql.query('SELECT job_id FROM composes');
    expect(rows).to.deep.equal([{ job_id: build.id }]);
    expect(await countRows(service, 'build_reservations')).to.equal(0);
  });

  for (const attempts of [1, 2]) {
    it(`is stored although storing it fails ${attempts} times`, async () => {
      await using service = await startService(quotaOf(1));
      await failFirst(service, attempts);
      const id = service.composer.accepts();
      expect(await post(service.as())).to.include({ status: 201 });
      const { rows } = await service.sql.query('SELECT job_id FROM composes');
      expect(rows).to.deep.equal([{ job_id: id }]);
      expect(await countRows(service, 'build_reservations')).to.equal(0);
      const failures = service.logs.filter(({ msg }) => msg === 'an accepted compose cannot be stored');
      expect(failures.map(({ job_id, attempt }) => [job_id, attempt])).to.deep.equal(
        Array.from({ length: attempts }, (_, index) => [id, index + 1]),
      );
    });
  }

  it('is deleted at composer and does not count when it cannot be stored', async () => {
    await using service = await startService(quotaOf(1));
    await failFirst(service, 4);
    const id = service.composer.accepts();
    service.composer.delete(`/composes/${id}`).reply(200, {});
    expect(await post(service.as())).to.be.refused(500, 'Internal Server Error');
    const failures = service.logs.filter(({ msg }) => msg === 'an accepted compose cannot be stored');
    expect(failures.map(({ job_id }) => job_id)).to.deep.equal([id, id, id, id]);
    expect(await rowsOf(service)).to.deep.equal({ composes: 0, reservations: 0 });
  });

  it('has the id of composer, which is unique', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    service.composer.accepts(id);
    expect(await post(service.as())).to.be.refused(500, 'Internal Server Error');
    expect(await countRows(service, 'composes')).to.equal(1);
  });
});

describe('composes of one request', () => {
  const images = [
    guestImageRequest,
    { ...guestImageRequest, architecture: 'aarch64' },
    { ...guestImageRequest, ...AWS },
  ];
  const blueprintOf = (service: TestService, body: object = {}) =>
    service.given.blueprint({ versions: [{ ...blueprintBody, image_requests: images, ...body }] });
  const compose = async (service: TestService, body: object = {}): Promise<Reply> => {
    const { id } = await blueprintOf(service, body);
    return service.as().post(`/blueprints/${id}/compose`);
  };

  it('are sent and stored one after the other, in order', async () => {
    await using service = await startService(quotaOf(3));
    const ids = images.map(() => service.composer.accepts());
    expect((await compose(service)).body).to.deep.equal(ids.map((id) => ({ id })));
    const { rows } = await service.sql.query(
      `SELECT job_id, request #>> '{image_requests,0,architecture}' AS of FROM composes ORDER BY created_at`,
    );
    expect(rows.map(({ job_id }: { job_id: unknown }) => job_id)).to.deep.equal(ids);
    expect(
      service.composer.requests.map((sent) => [sent.image_request?.architecture, sent.image_request?.image_type]),
    ).to.deep.equal([
      ...[
        ['x86_64', 'guest-image'],
        ['aarch64', 'guest-image'],
        ['x86_64', 'aws'],
      ],
    ]);
  });

  it('are all refused without calling composer when the quota is not enough for all', async () => {
    await using service = await startService(quotaOf(2));
    expect(await compose(service)).to.be.refused(403, EXCEEDED(2));
    expect(await rowsOf(service)).to.deep.equal({ composes: 0, reservations: 0 });
  });

  for (const [title, body, text] of [
    [
      'a target that does not take it',
      { image_requests: [images[0], { ...images[0], image_type: 'aws' }] },
      'Invalid image type for upload target',
    ],
    [
      'a size that is too large',
      { image_requests: [images[0], { ...images[2], size: 2 ** 40 }] },
      'Total AWS image size cannot exceed 68719476736 bytes',
    ],
  ] as const) {
    it(`are all refused without calling composer when the last has ${title}`, async () => {
      await using service = await startService(quotaOf(5));
      expect(await compose(service, body)).to.be.refused(400, text);
      expect(await rowsOf(service)).to.deep.equal({ composes: 0, reservations: 0 });
    });
  }

  it('remain when a later one is refused, and the composes after that are not sent', async () => {
    await using service = await startService(quotaOf(3));
    const id = service.composer.accepts();
    service.composer.refuses(400, { id: '24', reason: 'no baseurl' });
    expect(await compose(service)).to.be.refused(400, 'no baseurl');
    const { rows } = await service.sql.query('SELECT job_id FROM composes');
    expect(rows).to.deep.equal([{ job_id: id }]);
    expect(service.composer.requests).to.have.lengthOf(2);
    expect(await countRows(service, 'build_reservations')).to.equal(0);
  });

  it('never exceed the quota, however many requests run concurrently', async () => {
    await using service = await startService(quotaOf(10));
    const { id } = await blueprintOf(service);
    acceptsTimes(service, 9);
    const replies = await Promise.all(Array.from({ length: 12 }, () => service.as().post(`/blueprints/${id}/compose`)));
    expect(tally(replies)).to.deep.equal({ 201: 3, 403: 9 });
    expect(await rowsOf(service)).to.deep.equal({ composes: 9, reservations: 0 });
  });
});

describe('starting composes', () => {
  const orderOf = (more: object = {}): ComposeOrder => ({
    ...{
      request: { ...composeRequest, client_id: 'api', ...more } as unknown as ComposeOrder['request'],
      blueprint: null,
    },
  });
  const callerOf = ({ ctx }: TestService): Caller => ({
    identity: identity(),
    idempotencyId: null,
    audit: null,
    traceId: 'abcdefghijklmno',
    log: ctx.log,
  });

  it('does nothing without orders, and does not read the quota', async () => {
    await using service = await startService();
    const quota = { ...service.ctx.quota, limitOf: () => expect.fail('the quota was read') };
    expect(await startComposes({ ...service.ctx, quota }, callerOf(service), [])).to.deep.equal([]);
  });

  for (const [name, stored] of [
    ['x'.repeat(150), 'x'.repeat(100)],
    ['🙂'.repeat(101), '🙂'.repeat(100)],
    ['short', 'short'],
  ] as const) {
    it(`cuts a name of ${Array.from(name).length} characters of an older blueprint in the column only`, async () => {
      await using service = await startService();
      service.composer.accepts();
      await startComposes(service.ctx, callerOf(service), [orderOf({ image_name: name })]);
      const { rows } = await service.sql.query(
        `SELECT image_name, request ->> 'image_name' AS requested FROM composes`,
      );
      expect(rows).to.deep.equal([{ image_name: stored, requested: name }]);
    });
  }

  it('stores the request, not its translation, with hashed passwords', async () => {
    await using service = await startService();
    service.composer.accepts();
    const customizations = {
      users: [
        { name: 'a', password: 'secret' },
        { name: 'b', password: '' },
      ],
      files: [{ path: '/f', data: 'QQ==', data_encoding: 'base64', ensure_parents: false }],
      aap_registration: { ansible_callback_url: 'https://aap.test', host_config_key: 'k' },
    };
    await startComposes(service.ctx, callerOf(service), [orderOf({ customizations })]);
    const { rows } = await service.sql.query('SELECT request FROM composes');
    const { request } = rows[0] as { request: { customizations: typeof customizations } };
    const hash = request.customizations.users[0]?.password;
    expect(hash).to.match(/^\$6\$/);
    expect(request.customizations).to.deep.equal({
      ...customizations,
      users: [{ name: 'a', password: hash }, { name: 'b' }],
    });
    expect(service.composer.requests[0]?.customizations?.users?.[0]?.password).to.equal(hash);
    expect(service.composer.requests[0]?.customizations?.files).to.have.lengthOf(3);
  });
});
