import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ERASED_TABLES } from '../../src/db/queries/erasure.ts';
import { eraseOrganization } from '../../src/maintenance/erase-organization.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { composeRequest, keyRing } from '../support/given.ts';
import { captureLog } from '../support/logs.ts';
import { startService, type TestService } from '../support/service.ts';

const GONE = '7654321';
const OTHER = '1234567';

const KEYS = { encryptionKeys: keyRing('a'), rateLimits: { default: { builds: { requests: 100, seconds: 3600 } } } };

/** Gives an organization something in every table that can refer to it. @returns a compose that composer still builds */
const populate = async ({ as, given, sql, composer }: TestService, orgId: string): Promise<string> => {
  const caller = as({ orgId });
  const created = await caller.post('/blueprints', {
    ...{
      name: 'web',
      labels: { team: 'web' },
      image_requests: composeRequest.image_requests,
      distribution: 'centos-9',
    },
    customizations: { files: [{ path: '/etc/token', data: 'a secret' }] },
  });
  expect(created.status, created.text).to.equal(201);
  const blueprint = String(created.body.id);
  await given.schedule(blueprint, { orgId });
  await sql.query(`INSERT INTO schedule_runs (id, blueprint_id, org_id, due_at) VALUES ($1, $2, $3, now())`, [
    randomUUID(),
    blueprint,
    orgId,
  ]);
  expect((await caller.post('/webhooks', { url: 'https://hooks.example.com/x' })).status).to.equal(201);
  const compose = composer.accepts();
  const headers = { 'idempotency-key': 'once' };
  expect((await caller.post('/compose', { ...composeRequest, labels: { a: 'b' } }, { headers })).status).to.equal(201);
  await given.clone({ composeId: compose });
  await sql.query(
    `INSERT INTO compose_sboms (job_id, name, position, pipeline_name, pipeline_purpose, sbom_type, document)
    VALUES ($1, 'os', 0, 'os', 'image', 'spdx', '{}')`,
    [compose],
  );
  await sql.query(
    `INSERT INTO build_reservations (id, org_id, expires_at, state, compose, fingerprint)
    VALUES ($1, $2, now() + interval '1 hour', 'unknown', $3, '')`,
    [randomUUID(), orgId, JSON.stringify({ org_id: orgId })],
  );
  await given.blueprint({ orgId, deleted: true });
  return compose;
};

const erase = async ({ ctx }: TestService, options: { readonly orgId: string; readonly dryRun: boolean }) => {
  const { lines, ...destination } = captureLog();
  const log = createLogger({ ...ctx.config, log: { ...ctx.config.log, level: 'info' } }, destination);
  await eraseOrganization(ctx.config, log, new AbortController().signal, options);
  return lines;
};

/** Numbers of rows that mention a text, by table; tables without one are left out. */
const mentions = async ({ sql }: TestService, text: string): Promise<Readonly<Record<string, number>>> => {
  const { rows: tables } = await sql.query<{ name: string; path: string }>(`
    SELECT table_name AS name, format('%I.%I', table_schema, table_name) AS path FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`);
  const counts: Record<string, number> = {};
  for (const { name, path } of tables) {
    const { rows } = await sql.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM ${path} AS t WHERE t::text LIKE '%' || $1 || '%'`,
      [text],
    );
    if (rows[0]!.total > 0) counts[name] = rows[0]!.total;
  }
  return counts;
};

describe('the erasure of an organization', () => {
  it('leaves no row of any table that mentions it, and all rows of others', async () => {
    await using service = await startService(KEYS);
    await populate(service, GONE);
    await populate(service, OTHER);
    const before = await mentions(service, OTHER);
    const erased = Object.keys(await mentions(service, GONE));
    // Blueprint versions, SBOMs and clones refer to the organization by another row.
    expect(
      [...erased, 'blueprint_versions', 'compose_sboms', 'compose_clones'],
      'the test has all tables',
    ).to.include.members([...ERASED_TABLES]);
    const lines = await erase(service, { orgId: GONE, dryRun: false });
    expect(await mentions(service, GONE)).to.deep.equal({});
    expect(await mentions(service, OTHER)).to.deep.equal(before);
    for (const table of ['blueprint_versions', 'compose_sboms', 'compose_clones'] as const)
      expect(lines.find((line) => line['table'] === table)?.['rows'], table).to.be.greaterThan(0);
    expect(lines.at(-1)).to.include({ event: 'maintenance.erased' });
    const { rows } = await service.sql.query('SELECT 1 FROM compose_sboms');
    expect(rows).to.have.length(1);
  });

  it('names composes that composer may still have', async () => {
    await using service = await startService(KEYS);
    const compose = await populate(service, GONE);
    const lines = await erase(service, { orgId: GONE, dryRun: true });
    const builds = lines.filter(({ event }) => event === 'maintenance.build_at_composer');
    expect(builds.map(({ job_id: id, status }) => [id, status])).to.deep.equal([
      [compose, 'pending'],
      [null, 'unknown'],
    ]);
  });

  it('counts rows and changes nothing in a dry run', async () => {
    await using service = await startService(KEYS);
    await populate(service, GONE);
    const before = await mentions(service, GONE);
    const lines = await erase(service, { orgId: GONE, dryRun: true });
    const counted = lines.find(({ event }) => event === 'maintenance.erasure_counted');
    expect(counted?.['rows']).to.include({ composes: 1, blueprints: 2, webhooks: 1, organization_keys: 1 });
    expect(await mentions(service, GONE)).to.deep.equal(before);
  });

  it('erases more rows than a batch has, and nothing where there is nothing', async () => {
    await using service = await startService();
    await service.sql.query(
      `INSERT INTO audit_log (id, org_id, occurred_at, operation, object_type, username, user_type, status, request_id)
      SELECT md5(n::text)::uuid, $1, now(), 'x', 'x', '', '', 200, '' FROM generate_series(1, 2345) AS n`,
      [GONE],
    );
    const lines = await erase(service, { orgId: GONE, dryRun: false });
    expect(lines.find((line) => line['table'] === 'audit_log')).to.include({ rows: 2345 });
    expect(await mentions(service, GONE)).to.deep.equal({});
    expect((await erase(service, { orgId: GONE, dryRun: false })).at(-1)).to.include({ event: 'maintenance.erased' });
  });
});
