import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fingerprintOf } from '../../../src/domain/compose-requests/composer-request.ts';
import { reconcileDeadProcesses } from '../../../src/domain/composes/reconcile.ts';
import { reconcileWithComposer } from '../../../src/domain/composes/reconcile.ts';
import { confirmRecovery } from '../../../src/maintenance/confirm-recovery.ts';
import { readMaintenanceSettings } from '../../../src/maintenance/settings.ts';
import { variablesOf } from '../../maintenance/support.ts';
import { composeRequest } from '../../support/given.ts';
import { ORG } from '../../support/identity.ts';
import { startService, type TestService } from '../../support/service.ts';
import { newCompose } from '../../support/reservations.ts';

const DEAD = randomUUID();
const SENT = { distribution: 'centos-9', image_request: { architecture: 'x86_64', image_type: 'guest-image' } };

interface Left {
  readonly state?: 'reserved' | 'sent' | 'unknown';
  readonly orgId?: string;
  readonly processId?: string | null;
  /** Seconds since it was sent. */
  readonly age?: number;
  readonly fingerprint?: string;
  /** Seconds until it expires. */
  readonly expiresIn?: number;
}

/** Inserts a reservation of a dead process. */
const insertReservation = async ({ sql }: TestService, what: Left = {}): Promise<string> => {
  const { state = 'sent', orgId = ORG, processId = DEAD, age = 300, expiresIn = 600 } = what;
  const compose = newCompose({ email: 'me@example.test', org_id: orgId, image_name: 'lost', client_id: 'api' });
  const { rows } = await sql.query<{ id: string }>(
    `INSERT INTO build_reservations (org_id, expires_at, process_id, state, compose, fingerprint, sent_at)
    VALUES ($1, now() + make_interval(secs => $2), $3, $4, $5, $6, now() - make_interval(secs => $7)) RETURNING id`,
    [orgId, expiresIn, processId, state, JSON.stringify(compose), what.fingerprint ?? fingerprintOf(SENT), age],
  );
  return rows[0]!.id;
};

const reservations = async ({ sql }: TestService): Promise<Record<string, string>> => {
  const { rows } = await sql.query<{ id: string; state: string }>('SELECT id, state FROM build_reservations');
  return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
};

const composes = async ({ sql }: TestService) => {
  const { rows } = await sql.query<{ job_id: string; org_id: string }>('SELECT job_id, org_id FROM composes');
  return Object.fromEntries(rows.map(({ job_id: id, org_id: org }) => [id, org]));
};

describe('reconciling a reservation of a dead process', () => {
  it('releases one that was not sent', async () => {
    await using service = await startService();
    await insertReservation(service, { state: 'reserved' });
    await reconcileDeadProcesses(service.ctx);
    expect(await reservations(service)).to.deep.equal({});
  });

  it('makes the outcome of a sent compose unknown: it counts for hours, and the log names its organization', async () => {
    await using service = await startService();
    const id = await insertReservation(service);
    await reconcileDeadProcesses(service.ctx);
    expect(await reservations(service)).to.deep.equal({ [id]: 'unknown' });
    const limit = { quota: 1, slidingWindow: 3600 * 1e9 };
    const { used, frees_in: freesIn } = await service.ctx.db.reservations.readQuotaUse(ORG, limit);
    expect(used).to.equal(1);
    expect(freesIn).to.be.greaterThan(5 * 3600);
    const told = service.logs.find(({ reservation }) => reservation === id);
    expect(told).to.include({ level: 'error', org_id: ORG });
    await reconcileDeadProcesses(service.ctx);
    expect(service.logs.filter(({ reservation }) => reservation === id)).to.have.length(1);
  });

  it('changes nothing as long as the process lives; without a known process it waits until the reservation expires', async () => {
    await using service = await startService();
    const alive = randomUUID();
    await service.ctx.db.processes.heartbeat(alive, 60);
    const kept = [
      await insertReservation(service, { processId: alive }),
      await insertReservation(service, { processId: alive, state: 'reserved' }),
      await insertReservation(service, { processId: null }),
    ];
    const expired = await insertReservation(service, { processId: null, expiresIn: -1 });
    await insertReservation(service, { processId: null, state: 'reserved', expiresIn: -1 });
    await reconcileDeadProcesses(service.ctx);
    const states = await reservations(service);
    expect(Object.keys(states)).to.have.members([...kept, expired]);
    expect(states[expired]).to.equal('unknown');
  });

  it('calls no composer', async () => {
    await using service = await startService();
    await insertReservation(service);
    await reconcileDeadProcesses(service.ctx);
    expect(service.composer.requests).to.deep.equal([]);
  });
});

describe('reconciling composes of unknown outcome in an exclusive tenant', () => {
  /** Lets composer list composes, and return the given requests. */
  const lists = ({ composer }: TestService, builds: Readonly<Record<string, object | null>>): void => {
    const list = Object.keys(builds).map((id) => ({ id, status: 'pending' }));
    composer.get('/composes/').reply(200, JSON.stringify(list.length === 0 ? null : list));
  };
  const returnsRequest = ({ composer }: TestService, id: string, request: object | null): void => {
    composer.get(`/composes/${id}/metadata`).reply(200, { id, ...(request ? { request } : {}) });
  };
  const reconcile = ({ ctx }: TestService): Promise<void> =>
    reconcileWithComposer(ctx, { traceId: 't', log: ctx.log }, AbortSignal.timeout(10_000));

  it('adopts a compose that composer has, and stores it as its process would have', async () => {
    await using service = await startService();
    const id = randomUUID();
    await insertReservation(service);
    lists(service, { [id]: SENT });
    // Composer serializes the request differently.
    returnsRequest(service, id, {
      image_request: { image_type: 'guest-image', architecture: 'x86_64', size: null },
      ...{ distribution: 'centos-9' },
    });
    await reconcile(service);
    expect(await composes(service)).to.deep.equal({ [id]: ORG });
    expect(await reservations(service)).to.deep.equal({});
    const body = (await service.as().get('/composes')).body as { data: object[] };
    expect(body.data[0]).to.deep.include({ id, image_name: 'lost', request: composeRequest });
  });

  it('adopts none whose request composer does not return: it may have been abandoned long ago', async () => {
    await using service = await startService();
    const id = randomUUID();
    await insertReservation(service);
    lists(service, { [id]: null });
    returnsRequest(service, id, null);
    service.composer.delete(`/composes/${id}`).reply(200, {});
    await reconcile(service);
    expect(await composes(service)).to.deep.equal({});
    expect(await reservations(service)).to.deep.equal({});
  });

  it('deletes none after a recovery of the database until an operator confirms it', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'warn' } });
    lists(service, {});
    await reconcile(service);
    const { rowCount } = await service.sql.query(
      `UPDATE service_processes SET report = '{"history":"7/00000001"}' WHERE report->>'history' IS NOT NULL`,
    );
    expect(rowCount).to.equal(1);
    const id = randomUUID();
    lists(service, { [id]: SENT });
    returnsRequest(service, id, SENT);
    await reconcile(service);
    const kept = service.logs.find(({ event }) => event === 'compose.orphans_kept');
    expect(kept).to.deep.include({ composes: 1, job_ids: [id] });
    const { values } = await service.ctx.metrics.buildSettlements.get();
    expect(values.find(({ labels }) => labels.outcome === 'kept')).to.include({ value: 1 });

    const settings = readMaintenanceSettings(variablesOf(service.ctx.config.database));
    await confirmRecovery(settings, service.ctx.log, new AbortController().signal);
    lists(service, { [id]: SENT });
    returnsRequest(service, id, SENT);
    service.composer.delete(`/composes/${id}`).reply(200, {});
    await reconcile(service);
    expect(service.logs.map(({ event }) => event)).to.include('compose.orphan_deleted');
  });

  it('adopts composes after a recovery, however many others stay at composer', async () => {
    await using service = await startService();
    lists(service, {});
    await reconcile(service);
    await service.sql.query(
      `UPDATE service_processes SET report = '{"history":"7/00000001"}' WHERE report->>'history' IS NOT NULL`,
    );
    await insertReservation(service);
    const ids = Array.from({ length: 120 }, () => randomUUID());
    const lost = ids.at(-1)!;
    for (const id of ids) {
      const request = id === lost ? SENT : { distribution: 'of the time after the backup' };
      service.composer.get(`/composes/${id}/metadata`).optionally().times(1_000).reply(200, { id, request });
    }
    service.composer
      .get('/composes/')
      .times(1_000)
      .optionally()
      .reply(
        200,
        ids.map((id) => ({ id, status: 'pending' })),
      );
    while (Object.keys(await composes(service)).length === 0) await reconcile(service);
    expect(await composes(service)).to.deep.equal({ [lost]: ORG });
  });

  it('releases a compose that composer does not have, once composer cannot receive it any more', async () => {
    await using service = await startService({ env: { UPSTREAM_TIMEOUT_SECONDS: '60' } });
    await insertReservation(service, { age: 61 });
    const young = await insertReservation(service, { age: 30 });
    lists(service, {});
    await reconcile(service);
    expect(await reservations(service)).to.deep.equal({ [young]: 'unknown' });
  });

  it('deletes a compose at composer that may belong to two organizations', async () => {
    await using service = await startService();
    const id = randomUUID();
    await insertReservation(service);
    await insertReservation(service, { orgId: '000001' });
    lists(service, { [id]: SENT });
    returnsRequest(service, id, SENT);
    service.composer.delete(`/composes/${id}`).reply(200, {});
    await reconcile(service);
    expect(await composes(service)).to.deep.equal({});
    expect(await reservations(service)).to.deep.equal({});
  });

  it('adopts composes of one organization with the same request in any order', async () => {
    await using service = await startService();
    const [a, b] = [randomUUID(), randomUUID()];
    await insertReservation(service);
    await insertReservation(service);
    await insertReservation(service, { fingerprint: 'of another request' });
    lists(service, { [a]: SENT, [b]: SENT });
    for (const id of [a, b]) returnsRequest(service, id, SENT);
    await reconcile(service);
    expect(await composes(service)).to.deep.equal({ [a]: ORG, [b]: ORG });
    expect(await reservations(service)).to.deep.equal({});
  });

  it('deletes no compose at composer that is stored, or stored and deleted', async () => {
    await using service = await startService();
    const [ours, deleted] = [await service.given.compose(), await service.given.compose({ deleted: true })];
    lists(service, { [ours]: SENT, [deleted]: SENT });
    await reconcile(service);
    expect(Object.keys(await composes(service))).to.have.members([ours, deleted]);
  });

  it('deletes no compose at composer that a living process is sending', async () => {
    await using service = await startService();
    const [id, alive] = [randomUUID(), randomUUID()];
    await service.ctx.db.processes.heartbeat(alive, 60);
    const reservation = await insertReservation(service, { processId: alive });
    lists(service, { [id]: SENT });
    const reconciled = reconcile(service);
    // The process stores the compose in the meantime.
    await service.ctx.db.composes.store({ jobId: id, orgId: ORG, reservationId: reservation });
    await reconciled;
    expect(await composes(service)).to.deep.equal({ [id]: ORG });
  });

  it('deletes no compose at composer that its process stores at the last moment', async () => {
    await using service = await startService();
    const [id, alive] = [randomUUID(), randomUUID()];
    await service.ctx.db.processes.heartbeat(alive, 60);
    const reservation = await insertReservation(service, {
      fingerprint: 'that composer tells otherwise',
      state: 'unknown',
    });
    lists(service, { [id]: SENT });
    service.composer.get(`/composes/${id}/metadata`).reply(200, async () => {
      await service.ctx.db.composes.store({ jobId: id, orgId: ORG, reservationId: reservation });
      return { id, request: SENT };
    });
    await reconcile(service);
    expect(await composes(service)).to.deep.equal({ [id]: ORG });
  });

  it('happens once, however many processes reconcile at the same time', async () => {
    await using service = await startService();
    const [lost, orphan] = [randomUUID(), randomUUID()];
    await insertReservation(service);
    await insertReservation(service, { fingerprint: 'of a request that composer never got' });
    const processes = 4;
    const list = [lost, orphan].map((id) => ({ id, status: 'pending' }));
    service.composer.get('/composes/').times(processes).reply(200, list);
    const told = [
      [lost, SENT],
      [orphan, { distribution: 'nobody asked for' }],
    ] as const;
    for (const [id, request] of told) {
      const more = service.composer.get(`/composes/${id}/metadata`).optionally();
      more.times(processes).reply(200, { id, request });
    }
    service.composer.delete(`/composes/${orphan}`).times(processes).optionally().reply(200, {});
    await Promise.all(Array.from({ length: processes }, () => reconcile(service)));
    expect(await composes(service)).to.deep.equal({ [lost]: ORG });
    expect(await reservations(service)).to.deep.equal({});
    const { rows } = await service.sql.query(
      "SELECT job_id FROM compose_statuses WHERE status = 'abandoned' AND finished_at IS NOT NULL",
    );
    expect(rows).to.deep.equal([{ job_id: orphan }]);
  });

  it('deletes and releases nothing until composer returns the request of each orphan', async () => {
    await using service = await startService();
    const id = randomUUID();
    const reservation = await insertReservation(service);
    lists(service, { [id]: SENT });
    service.composer.get(`/composes/${id}/metadata`).reply(500, {});
    await reconcile(service);
    expect(await reservations(service)).to.deep.equal({ [reservation]: 'unknown' });
    lists(service, { [id]: SENT });
    returnsRequest(service, id, SENT);
    await reconcile(service);
    expect(await composes(service)).to.deep.equal({ [id]: ORG });
  });

  it('releases nothing when the list of composer is incomplete', async () => {
    await using service = await startService();
    const id = await insertReservation(service);
    service.composer.get('/composes/').reply(200, { kind: 'ComposeList', page: 0, size: 0, total: 1, items: [] });
    await reconcile(service);
    expect(await reservations(service)).to.deep.equal({ [id]: 'unknown' });
  });

  it('reads the list that the document of composer describes', async () => {
    await using service = await startService();
    const [gone, orphan] = [await insertReservation(service), randomUUID()];
    const items = [{ id: orphan, status: 'pending' }];
    service.composer.get('/composes/').reply(200, { kind: 'ComposeList', page: 0, size: 1, total: 1, items });
    service.composer.get(`/composes/${orphan}/metadata`).reply(404, { id: '15' });
    await reconcile(service);
    expect(await reservations(service), gone).to.deep.equal({});
  });

  it('releases nothing when a compose in the list has no id', async () => {
    await using service = await startService();
    const id = await insertReservation(service);
    service.composer.get('/composes/').reply(200, [{ status: 'pending' }]);
    await reconcile(service);
    expect(await reservations(service)).to.deep.equal({ [id]: 'unknown' });
  });

  for (const body of ['"composes"', '{}', '7', '{"items":7}'])
    it(`fails when composer answers ${body} instead of a list`, async () => {
      await using service = await startService();
      await insertReservation(service);
      service.composer.get('/composes/').reply(200, body, { 'content-type': 'application/json' });
      const failure = await reconcile(service).catch((error: unknown) => (error as Error).message);
      expect(failure).to.equal('composer responded with 200 to the request for its list');
    });

  it('continues although an orphan cannot be deleted, and retries that', async () => {
    await using service = await startService();
    const orphan = randomUUID();
    await insertReservation(service);
    lists(service, { [orphan]: { distribution: 'other' } });
    returnsRequest(service, orphan, { distribution: 'other' });
    service.composer.delete(`/composes/${orphan}`).reply(400, {});
    await reconcile(service);
    expect(await reservations(service)).to.deep.equal({});
    // The database knows it from now on, and the background deletes it.
    lists(service, { [orphan]: { distribution: 'other' } });
    await reconcile(service);
    await service.sql.query('UPDATE compose_statuses SET next_poll_at = now()');
    expect(await service.ctx.db.composes.takeDue(10)).to.deep.equal([
      { job_id: orphan, status: 'abandoned', cancel_requested_by: null },
    ]);
  });

  it('deletes many orphans a few at a time, and releases nothing meanwhile', async () => {
    await using service = await startService();
    const ids = Array.from({ length: 51 }, () => randomUUID());
    const lost = await insertReservation(service, { fingerprint: 'never arrived' });
    lists(service, Object.fromEntries(ids.map((id) => [id, SENT])));
    for (const id of ids.slice(0, 50)) {
      returnsRequest(service, id, { distribution: id });
      service.composer.delete(`/composes/${id}`).reply(200, {});
    }
    await reconcile(service);
    expect(await reservations(service)).to.deep.equal({ [lost]: 'unknown' });
    lists(service, { [ids[50]!]: SENT });
    returnsRequest(service, ids[50]!, { distribution: 'the last one' });
    service.composer.delete(`/composes/${ids[50]!}`).reply(200, {});
    await reconcile(service);
    expect(await reservations(service)).to.deep.equal({});
  });

  it('fails when composer does not respond', async () => {
    await using service = await startService();
    const id = await insertReservation(service);
    service.composer.get('/composes/').reply(500, {});
    expect(await reconcile(service).catch((error: unknown) => (error as Error).message)).to.match(
      /composer responded with 500/,
    );
    expect(await reservations(service)).to.deep.equal({ [id]: 'unknown' });
  });
});
