import { expect } from 'chai';
import { describe, it } from 'mocha';
import { pollComposes, pollDueComposes } from '../../../src/domain/composes/poll-composes.ts';
import { createSingleFlight } from '../../../src/domain/composes/single-flight.ts';
import { composeRequest } from '../../support/given.ts';
import { startService, type TestService } from '../../support/service.ts';
import { storeCompose } from '../../support/reservations.ts';

const SUCCESS = {
  image_status: {
    status: 'success',
    upload_status: { status: 'success', type: 'aws', options: { ami: 'ami-1', region: 'us-east-1' } },
  },
};
const FAILURE = { image_status: { status: 'failure', error: { id: 4, reason: 'no such package' } } };
const BUILDING = { image_status: { status: 'building' } };
const METADATA = { packages: [], ostree_commit: 'abc' };

const kept = async ({ sql }: TestService, id: string) => {
  const { rows } = await sql.query<Record<string, unknown>>(
    `SELECT status, finished_at IS NOT NULL AS finished, next_poll_at IS NOT NULL AS followed
    FROM compose_statuses WHERE job_id = $1`,
    [id],
  );
  return rows[0];
};

describe('the status of a compose', () => {
  for (const [what, answer] of [
    ['succeeded', SUCCESS],
    ['failed', FAILURE],
  ] as const) {
    it(`that has ${what} is requested once, and returned even if composer is unavailable or no longer has the compose`, async () => {
      await using service = await startService();
      const id = await service.given.compose();
      service.composer.hasStatus(id, answer);
      const first = await service.as().get(`/composes/${id}`);
      expect(first.status).to.equal(200);
      const again = await service.as().get(`/composes/${id}`);
      expect(again.body).to.deep.equal(first.body);
      expect(await kept(service, id)).to.deep.equal({
        ...{ status: answer.image_status.status, finished: true, followed: true },
      });
    });
  }

  it('is requested again while the compose is not finished', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const answer of [BUILDING, SUCCESS]) {
      service.composer.hasStatus(id, answer);
      expect((await service.as().get(`/composes/${id}`)).body).to.have.nested.property(
        'image_status.status',
        answer.image_status.status,
      );
    }
  });

  it('does not change once it is final, even if composer returns another one', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const { db } = service.ctx;
    await db.composes.recordStatus(id, 'success', JSON.stringify(SUCCESS.image_status));
    await db.composes.recordStatus(id, 'failure', JSON.stringify(FAILURE.image_status));
    await db.composes.recordStatus(id, 'building', null);
    expect(await kept(service, id)).to.include({ status: 'success', finished: true });
  });

  it('is stored as the first of many concurrent readers received it', async () => {
    await using service = await startService();
    const { db } = service.ctx;
    const ids = await Promise.all(Array.from({ length: 20 }, () => service.given.compose()));
    const tell = (id: string, answer: typeof SUCCESS | typeof FAILURE): Promise<boolean> =>
      db.composes.recordStatus(id, answer.image_status.status, JSON.stringify(answer.image_status));
    // The other readers arrive while the first response is being stored.
    const responses = await Promise.all([
      ...ids.map((id) => tell(id, SUCCESS)),
      ...ids.toReversed().map((id) => tell(id, FAILURE)),
    ]);
    expect(responses).to.deep.equal([...ids.map(() => true), ...ids.map(() => false)]);
    for (const id of ids) expect(await kept(service, id)).to.include({ status: 'success', finished: true });
    await Promise.all([...ids, ...ids].map((id) => db.composes.recordMetadata(id, JSON.stringify(METADATA))));
    for (const id of ids) expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal(METADATA);
  });

  it('is returned even if it cannot be stored', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.sql.query('ALTER TABLE compose_statuses ADD CONSTRAINT none CHECK (false) NOT VALID');
    service.composer.hasStatus(id, SUCCESS);
    expect((await service.as().get(`/composes/${id}`)).status).to.equal(200);
  });

  it('is returned to its own organization only, also when it is stored', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.recordStatus(id, 'success', JSON.stringify(SUCCESS.image_status));
    expect((await service.as({ orgId: '000001' }).get(`/composes/${id}`)).status).to.equal(404);
    expect((await service.as({ orgId: '000001' }).get(`/composes/${id}/metadata`)).status).to.equal(404);
  });

  it('is requested from composer once by concurrent readers', async () => {
    await using service = await startService({ env: { STATUS_REUSE_SECONDS: '60' } });
    const id = await service.given.compose();
    service.composer.get(`/composes/${id}`).reply(200, BUILDING);
    const replies = await Promise.all(Array.from({ length: 20 }, () => service.as().get(`/composes/${id}`)));
    expect(replies.map(({ status }) => status)).to.deep.equal(Array.from({ length: 20 }, () => 200));
  });
});

describe('the metadata of an image', () => {
  it('is stored by the first read of a finished compose', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    await service.ctx.db.composes.recordStatus(id, 'success', JSON.stringify(SUCCESS.image_status));
    service.composer.get(`/composes/${id}/metadata`).reply(200, METADATA);
    const first = await service.as().get(`/composes/${id}/metadata`);
    expect(first.body).to.deep.equal(METADATA);
    expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal(first.body);
    expect(await kept(service, id)).to.include({ finished: true, followed: false });
  });

  it('is not stored while the compose is not finished', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    for (const status of [null, 'building']) {
      if (status !== null) await service.ctx.db.composes.recordStatus(id, status, null);
      for (const metadata of [{}, METADATA]) {
        service.composer.get(`/composes/${id}/metadata`).reply(200, metadata);
        expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal(metadata);
      }
    }
  });
});

describe('polling composes', () => {
  /** A stored compose that is due for polling. */
  const insertDueCompose = async (service: TestService, age = 0, closely = false): Promise<string> => {
    const jobId = await storeCompose(service.ctx.db);
    await service.sql.query(
      `UPDATE compose_statuses
      SET created_at = CURRENT_TIMESTAMP::timestamp - make_interval(secs => $2), next_poll_at = now(), followed_closely = $3
      WHERE job_id = $1`,
      [jobId, age, closely],
    );
    return jobId;
  };
  const follow = async ({ ctx }: TestService, ids: readonly string[], status = 'pending') =>
    pollComposes(
      ctx,
      { traceId: 't', log: ctx.log },
      ids.map((id) => ({ job_id: id, status, cancel_requested_by: null })),
      new AbortController().signal,
    );
  const followDue = ({ ctx }: TestService): Promise<void> =>
    pollDueComposes(ctx, { traceId: 't', log: ctx.log }, new AbortController().signal);
  const take = async ({ ctx }: TestService, limit: number): Promise<string[]> =>
    (await ctx.db.composes.takeDue(limit)).map(({ job_id: id }) => id);
  const nextPoll = async ({ sql }: TestService, id: string): Promise<number | null> => {
    const { rows } = await sql.query<{ seconds: number | null }>(
      'SELECT extract(epoch FROM next_poll_at - now())::float8 AS seconds FROM compose_statuses WHERE job_id = $1',
      [id],
    );
    return rows[0]!.seconds;
  };

  for (const [title, closely, seconds] of [
    ['usually', false, [60, 150, 900]],
    ['closely', true, [2, 30, 60]],
  ] as const) {
    it(`polls ${title} less often the longer a compose takes`, async () => {
      await using service = await startService();
      const ids: string[] = [];
      for (const age of [0, 600, 86_400]) ids.push(await insertDueCompose(service, age, closely));
      expect(await take(service, 10)).to.have.members(ids);
      for (const [index, id] of ids.entries()) expect(await nextPoll(service, id)).to.be.closeTo(seconds[index]!, 1);
    });
  }

  it('calls composer at most 15 times for a compose of 20 minutes that nothing waits for, metadata included', async () => {
    await using service = await startService();
    const [id, { sql }] = [await insertDueCompose(service), service];
    let calls = 1;
    for (let age = 60; age < 1_200; calls += 1) {
      await sql.query(
        `UPDATE compose_statuses SET next_poll_at = now(),
          created_at = CURRENT_TIMESTAMP::timestamp - make_interval(secs => $1)`,
        [age],
      );
      expect(await take(service, 1)).to.deep.equal([id]);
      age += (await nextPoll(service, id)) ?? 1_200;
    }
    // One call for the final status, one for the metadata.
    expect(calls + 1).to.be.at.most(15);
  });

  it('is close while a webhook waits for the result', async () => {
    await using service = await startService();
    await service.given.webhook();
    expect(await nextPoll(service, await insertDueCompose(service, 0, true))).to.be.at.most(2);
    const closely = async (): Promise<unknown[]> =>
      (await service.sql.query('SELECT followed_closely AS it FROM compose_statuses')).rows as unknown[];
    await service.sql.query('DELETE FROM compose_statuses');
    service.composer.accepts();
    await service.as().post('/compose', composeRequest);
    expect(await closely()).to.deep.equal([{ it: true }]);
  });

  it('gives each compose to one process at a time', async () => {
    await using service = await startService();
    const ids = await Promise.all(Array.from({ length: 30 }, () => insertDueCompose(service)));
    const taken = await Promise.all(Array.from({ length: 5 }, () => take(service, 10)));
    const rest = await take(service, 100);
    expect([...taken.flat(), ...rest].toSorted()).to.deep.equal(ids.toSorted());
  });

  it('stores the final status and the metadata of a compose without a request for them', async () => {
    await using service = await startService();
    const id = await insertDueCompose(service);
    service.composer.hasStatus(id, SUCCESS);
    service.composer.get(`/composes/${id}/metadata`).reply(200, METADATA);
    await follow(service, [id]);
    expect((await service.as().get(`/composes/${id}`)).body).to.deep.include(SUCCESS);
    expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal(METADATA);
  });

  for (const [what, status, body] of [
    ['fails to respond with them', 500, {}],
    ['responds with no metadata', 200, []],
  ] as const) {
    it(`stores the final status without the metadata when composer ${what}, and requests them soon`, async () => {
      await using service = await startService();
      const id = await insertDueCompose(service);
      service.composer.hasStatus(id, SUCCESS);
      service.composer.get(`/composes/${id}/metadata`).reply(status, body);
      await follow(service, [id]);
      expect(await kept(service, id)).to.deep.equal({ status: 'success', finished: true, followed: true });
      expect(await nextPoll(service, id)).to.be.at.most(2);
    });
  }

  it('keeps the metadata and status of a compose that finished meanwhile', async () => {
    await using service = await startService();
    const id = await insertDueCompose(service);
    const { db } = service.ctx;
    const record = (status: string, metadata: object | null): Promise<boolean> =>
      db.composes.recordStatus(id, status, JSON.stringify({ status }), metadata && JSON.stringify(metadata));
    expect(await record('success', METADATA)).to.equal(true);
    expect(await record('failure', { packages: [], ostree_commit: 'other' })).to.equal(false);
    expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal(METADATA);
    expect(await nextPoll(service, id)).to.equal(null);
  });

  it('stores the metadata of a compose whose final status a request has stored', async () => {
    await using service = await startService();
    const id = await insertDueCompose(service);
    service.composer.hasStatus(id, SUCCESS);
    await service.as().get(`/composes/${id}`);
    await service.sql.query('UPDATE compose_statuses SET next_poll_at = now()');
    expect(await service.ctx.db.composes.takeDue(10)).to.deep.equal([
      { job_id: id, status: 'success', cancel_requested_by: null },
    ]);
    service.composer.get(`/composes/${id}/metadata`).reply(500, {});
    await follow(service, [id], 'success');
    expect(await nextPoll(service, id)).to.be.closeTo(60, 1);
    service.composer.get(`/composes/${id}/metadata`).reply(200, METADATA);
    await follow(service, [id], 'success');
    expect(await nextPoll(service, id)).to.equal(null);
    expect((await service.as().get(`/composes/${id}/metadata`)).body).to.deep.equal(METADATA);
  });

  it('stops for a finished compose whose metadata composer no longer has', async () => {
    await using service = await startService();
    const id = await insertDueCompose(service);
    service.composer.get(`/composes/${id}/metadata`).reply(404, { reason: 'not found' });
    await follow(service, [id], 'failure');
    expect(await nextPoll(service, id)).to.equal(null);
  });

  it('stops between two composes when the process stops', async () => {
    await using service = await startService();
    const ids = await Promise.all(Array.from({ length: 14 }, () => insertDueCompose(service)));
    const ending = new AbortController();
    for (const id of ids.slice(0, 10)) {
      service.composer.get(`/composes/${id}`).reply(200, () => {
        ending.abort();
        return BUILDING;
      });
    }
    const due = ids.map((id) => ({ job_id: id, status: 'pending', cancel_requested_by: null }));
    await pollComposes(service.ctx, { traceId: 't', log: service.ctx.log }, due, ending.signal);
  });

  it('continues with the other composes when one cannot be polled', async () => {
    await using service = await startService();
    const ids = await Promise.all(Array.from({ length: 7 }, () => insertDueCompose(service)));
    for (const [index, id] of ids.entries()) {
      service.composer.hasStatus(id, index === 0 ? 'no JSON' : BUILDING, index === 1 ? 500 : 200);
    }
    await follow(service, ids);
    const seen = await Promise.all(ids.map((id) => kept(service, id)));
    expect(seen.map((one) => one?.['status'])).to.deep.equal([
      ...['pending', 'pending', 'building', 'building', 'building', 'building', 'building'],
    ]);
  });

  it('continues until no compose is due, however many there are', async () => {
    await using service = await startService();
    const ids = await Promise.all(Array.from({ length: 110 }, () => insertDueCompose(service)));
    for (const id of ids) {
      service.composer.hasStatus(id, SUCCESS);
      service.composer.get(`/composes/${id}/metadata`).reply(200, METADATA);
    }
    await followDue(service);
    for (const id of ids) expect(await nextPoll(service, id)).to.equal(null);
  });

  it('leaves the other composes due when composer responds for none of a batch', async () => {
    await using service = await startService({ env: { UPSTREAM_BREAKER_FAILURES: '0' } });
    for (let builds = 0; builds < 60; builds += 1) await insertDueCompose(service);
    let asked = 0;
    service.composer
      .get((path) => path.includes('/composes/'))
      .times(60)
      .optionally()
      .reply(503, () => void (asked += 1));
    await followDue(service);
    expect(asked).to.equal(50);
  });

  it('stops for composes that composer no longer has, that are deleted, or that are two days old', async () => {
    await using service = await startService();
    const [forgotten, deleted, old] = [
      await insertDueCompose(service),
      await insertDueCompose(service),
      await insertDueCompose(service, 2 * 86_400 + 1),
    ];
    service.composer.hasStatus(forgotten, { reason: 'not found' }, 404);
    await service.ctx.db.composes.delete('000000', deleted, null);
    await service.ctx.db.composes.takeDue(10);
    await follow(service, [forgotten]);
    for (const id of [forgotten, deleted, old]) expect(await nextPoll(service, id)).to.equal(null);
  });
});

describe('single-flight', () => {
  const create = <Value>(ttl: number) => {
    const due: (() => void)[] = [];
    const flight = createSingleFlight<Value>(ttl, (milliseconds, work) => {
      expect(milliseconds).to.equal(ttl);
      due.push(work);
    });
    return { ...flight, expire: () => due.splice(0).forEach((work) => work()) };
  };

  it('shares a response until its TTL has passed, and a failure with the callers that wait for it', async () => {
    let reads = 0;
    const flight = create<number>(1000);
    const read = (): Promise<number> => {
      reads += 1;
      return reads === 2 ? Promise.reject(new Error('unavailable')) : Promise.resolve(reads);
    };
    expect(await Promise.all([flight.get('a', read), flight.get('a', read)])).to.deep.equal([1, 1]);
    expect(await flight.get('a', read)).to.equal(1);
    flight.expire();
    const failures = await Promise.allSettled([flight.get('a', read), flight.get('a', read)]);
    expect(failures.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(reads).to.equal(2);
    expect(await flight.get('b', read)).to.equal(3);
  });

  it('does not start a second read while the first is running', async () => {
    const flight = create<string>(1000);
    const response = Promise.withResolvers<string>();
    const first = flight.get('a', () => response.promise);
    flight.expire();
    const second = flight.get('a', () => Promise.resolve('another'));
    response.resolve('the one');
    expect(await Promise.all([first, second])).to.deep.equal(['the one', 'the one']);
  });

  it('holds no response whose TTL has passed, because responses may be large', async () => {
    for (const ttl of [0, 1000]) {
      const flight = create<string>(ttl);
      for (let key = 0; key < 100; key += 1) await flight.get(String(key), () => Promise.resolve('large'));
      flight.expire();
      expect(flight.size()).to.equal(0);
    }
  });
});
