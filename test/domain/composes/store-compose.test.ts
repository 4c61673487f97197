// Failures between composer's response and the database.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { pollDueComposes } from '../../../src/domain/composes/poll-composes.ts';
import type { Reply } from '../../support/client.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../../support/given.ts';
import { ORG } from '../../support/identity.ts';
import { reserveComposes } from '../../support/reservations.ts';
import { startService, type TestService } from '../../support/service.ts';

const post = (service: TestService, headers: Record<string, string> = {}): Promise<Reply> =>
  service.as().post('/compose', composeRequest, { headers });

/** Stored composes, states of reservations, and composes that are to be deleted. */
const storedState = async ({ sql }: TestService) => {
  const read = async (query: string): Promise<string[]> =>
    (await sql.query<{ it: string }>(query)).rows.map((r) => r.it);
  return {
    stored: await read('SELECT job_id::text AS it FROM composes'),
    reservations: await read('SELECT state AS it FROM build_reservations'),
    toBeDeleted: await read(
      "SELECT job_id::text AS it FROM compose_statuses WHERE status = 'abandoned' AND finished_at IS NULL",
    ),
  };
};

/** Lets composer accept the next compose after `work` has run. Returns its id. */
const acceptsAfter = ({ composer }: TestService, work: () => Promise<unknown>): string => {
  const id = randomUUID();
  composer.post('/compose').reply(201, async () => {
    await work();
    return { href: '', id, kind: 'ComposeId' };
  });
  return id;
};

const isDeleted = ({ composer }: TestService, id: string): void =>
  void composer.delete(`/composes/${id}`).reply(200, {});

/** Makes storing fail while the table exists. */
const failToStore = ({ sql }: TestService): Promise<unknown> =>
  sql.query(`
    CREATE TABLE in_the_way ();
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF to_regclass('in_the_way') IS NOT NULL THEN RAISE EXCEPTION 'not now'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON composes FOR EACH ROW EXECUTE FUNCTION fail()`);

/** Makes abandoning fail. */
const failToAbandon = ({ sql }: TestService): Promise<unknown> =>
  sql.query(`
    CREATE TRIGGER fail BEFORE INSERT ON compose_statuses FOR EACH ROW WHEN (NEW.status = 'abandoned')
      EXECUTE FUNCTION fail()`);

/** Reserves a compose. Returns the reservation's id. */
const reserve = async ({ ctx }: TestService): Promise<string> => {
  const [id = ''] = (await reserveComposes(ctx.db)) ?? [];
  return id;
};

const accepted = (jobId: string, reservationId: string) => ({ jobId, reservationId, orgId: ORG });

describe('an accepted compose that cannot be stored', () => {
  it('counts until composer has deleted it, which is retried', async () => {
    await using service = await startService();
    await failToStore(service);
    const id = service.composer.accepts();
    service.composer.delete(`/composes/${id}`).reply(500, {});
    expect(await post(service)).to.be.refused(500, 'Internal Server Error');
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: ['abandoned'], toBeDeleted: [id] });
    await service.sql.query('DROP TABLE in_the_way');
    isDeleted(service, id);
    await service.ctx.retries.close();
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: [], toBeDeleted: [] });
  });

  it('is deleted by another process when the one that abandoned it has died', async () => {
    await using service = await startService();
    const id = randomUUID();
    await service.ctx.db.composes.abandon(id, await reserve(service));
    const reconcile = async (): Promise<void> => {
      await service.sql.query('UPDATE compose_statuses SET next_poll_at = now() WHERE next_poll_at IS NOT NULL');
      await pollDueComposes(service.ctx, { traceId: 't', log: service.ctx.log }, new AbortController().signal);
    };
    service.composer.delete(`/composes/${id}`).reply(503, {});
    await reconcile();
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: ['abandoned'], toBeDeleted: [id] });
    isDeleted(service, id);
    await reconcile();
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: [], toBeDeleted: [] });
    await reconcile();
  });

  it('is not deleted before the database has abandoned it: here it is stored in the end', async () => {
    await using service = await startService();
    await failToStore(service);
    await failToAbandon(service);
    const id = service.composer.accepts();
    expect(await post(service)).to.be.refused(500, 'Internal Server Error');
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: ['sent'], toBeDeleted: [] });
    await service.sql.query('DROP TABLE in_the_way');
    await service.ctx.retries.close();
    expect(await storedState(service)).to.deep.equal({ stored: [id], reservations: [], toBeDeleted: [] });
  });

  it('is deleted once the database has abandoned it', async () => {
    await using service = await startService();
    await failToStore(service);
    await failToAbandon(service);
    const id = service.composer.accepts();
    await post(service);
    await service.sql.query('DROP TRIGGER fail ON compose_statuses');
    isDeleted(service, id);
    await service.ctx.retries.close();
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: [], toBeDeleted: [] });
  });
});

describe('a compose that another process has reconciled before composer responded', () => {
  it('is abandoned when its reservation was released', async () => {
    await using service = await startService();
    const id = acceptsAfter(service, () => service.sql.query('DELETE FROM build_reservations'));
    isDeleted(service, id);
    expect(await post(service)).to.be.refused(500, 'Internal Server Error');
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: [], toBeDeleted: [] });
  });

  it('is abandoned when it was deleted at composer as an orphan', async () => {
    await using service = await startService();
    const id: string = acceptsAfter(service, () => service.ctx.db.composes.abandon(id, null));
    isDeleted(service, id);
    expect(await post(service)).to.be.refused(500, 'Internal Server Error');
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: [], toBeDeleted: [] });
  });

  it('is abandoned when another process has repeated the request with its idempotency key', async () => {
    await using service = await startService();
    const id = acceptsAfter(service, () => service.sql.query('DELETE FROM idempotency_keys'));
    isDeleted(service, id);
    expect(await post(service, { 'idempotency-key': 'k' })).to.be.refused(500, 'Internal Server Error');
    expect(await storedState(service)).to.deep.equal({ stored: [], reservations: [], toBeDeleted: [] });
  });

  it('is the adopted one when it was adopted', async () => {
    await using service = await startService();
    const adopt = async (): Promise<void> => {
      const { rows } = await service.sql.query<{ id: string }>('SELECT id FROM build_reservations');
      await service.ctx.db.composes.store(accepted(id, rows[0]!.id));
    };
    const id: string = acceptsAfter(service, adopt);
    const reply = await post(service);
    expect([reply.status, reply.body]).to.deep.equal([201, { id }]);
    expect(await storedState(service)).to.deep.equal({ stored: [id], reservations: [], toBeDeleted: [] });
  });
});

describe('a compose that is abandoned', () => {
  it('is not stored, with or without a reservation', async () => {
    await using service = await startService();
    const { db } = service.ctx;
    const id = randomUUID();
    const reserved = await reserve(service);
    expect(await db.composes.abandon(id, null)).to.equal(true);
    for (const reservation of [randomUUID(), reserved]) {
      const error = await db.composes
        .store(accepted(id, reservation))
        .catch((thrown: unknown) => (thrown as Error).name);
      expect(error).to.equal('ComposeAbandonedError');
    }
    expect((await storedState(service)).stored).to.deep.equal([]);
  });

  it('is not one that is stored', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    expect(await service.ctx.db.composes.abandon(id, null)).to.equal(false);
  });

  it('is either abandoned or stored, however many calls try both at the same time', async () => {
    await using service = await startService();
    const { db } = service.ctx;
    for (let round = 0; round < 20; round += 1) {
      const id = randomUUID();
      const reserved = await reserve(service);
      const store = db.composes.store(accepted(id, reserved)).then(
        () => true,
        () => false,
      );
      const abandon = db.composes.abandon(id, round % 2 === 0 ? reserved : null);
      const [stored, ...abandoned] = await Promise.all([store, abandon, db.composes.abandon(id, null)]);
      expect(abandoned).to.deep.equal([!stored, !stored]);
    }
  });

  it('is remembered for longer than any process may try to store it', async () => {
    await using service = await startService();
    const { db } = service.ctx;
    for (const days of [29, 31]) {
      const id = randomUUID();
      await db.composes.abandon(id, null);
      await service.sql.query(
        'UPDATE compose_statuses SET finished_at = now() - make_interval(days => $2) WHERE job_id = $1',
        [id, days],
      );
    }
    await db.composes.abandon(randomUUID(), null);
    expect(await db.expired.deleteSome('abandonedComposes', new Date(), 10)).to.equal(1);
  });
});

describe('a compose that is about to be sent', () => {
  it('is not sent when its reservation has ended because the process was considered dead', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      versions: [
        { ...blueprintBody, image_requests: [guestImageRequest, { ...guestImageRequest, architecture: 'aarch64' }] },
      ],
    });
    const started = acceptsAfter(service, () =>
      service.sql.query("DELETE FROM build_reservations WHERE state = 'reserved'"),
    );
    const reply = await service.as().post(`/blueprints/${id}/compose`);
    expect(reply).to.be.refused(503, 'the build could not be prepared in time');
    expect(reply.headers['retry-after']).to.equal('5');
    expect(await storedState(service)).to.deep.equal({ stored: [started], reservations: [], toBeDeleted: [] });
  });
});
