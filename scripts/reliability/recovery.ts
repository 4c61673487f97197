// A recovery of the database, by the steps of docs/data.md: to a point in time, or by promoting a standby that lacks the last writes. Composes
// that only composer has must stay there until an operator confirms.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startSandbox } from '../../packages/sandbox/src/server.ts';
import { connectTo } from '../support/databases.ts';
import { promote, startArchivedPostgres, type RecoveredPostgres, type RecoveryTarget } from './archived-postgres.ts';
import { buildOf } from './builds.ts';
import { createComposerDesk, type ComposerDesk } from './composer.ts';
import { createdId } from './http.ts';
import { runCommand, until } from './operator.ts';
import { createChecks, type Checks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage } from './stage.ts';

const ORGANIZATION = 'recovery';

type Report = (line: string) => void;

/** What all steps use. */
interface Trial {
  readonly target: RecoveryTarget;
  /** Composer as its operator sees it. */
  readonly desk: ComposerDesk;
  readonly composer: string;
  readonly checks: Checks;
  readonly report: Report;
}

/** What was stored before the recovery. */
interface Before {
  readonly kept: readonly string[];
  readonly lost: string;
  readonly lastEvent: number;
}

/** The statement of docs/data.md that an operator runs after a recovery. */
const statementOfManual = (): string => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/data.md'), 'utf8');
  const [, statement] = /```sql\n\s*(SELECT setval[^`]+)```/.exec(text) ?? [];
  if (statement === undefined) throw new Error('docs/data.md has no statement for the ids of events');
  return statement;
};

const lastEventOf = async (sql: Client): Promise<number> =>
  (await sql.query<{ id: number }>('SELECT coalesce(max(id), 0)::int AS id FROM events')).rows[0]?.id ?? 0;

const build = async ({ client }: Replica, marker: string): Promise<string> => {
  const reply = await client.send({
    ...{ method: 'POST', path: '/compose', organization: ORGANIZATION, body: buildOf(marker) },
  });
  const id = createdId(reply);
  if (id === null) throw new Error(`${marker}: ${'text' in reply ? reply.text : reply.failure}`);
  return id;
};

const listed = async ({ client }: Replica): Promise<string> => {
  const reply = await client.send({ method: 'GET', path: '/composes?limit=100', organization: ORGANIZATION });
  return 'text' in reply ? reply.text : '';
};

const startService = async (stack: AsyncDisposableStack, trial: Trial, { database }: RecoveredPostgres) => {
  const stage = await setStage(stack, {
    ...{ database, composer: trial.composer, env: { COMPOSER_TENANT_EXCLUSIVE: 'true' } },
  });
  return { stage, replica: await stage.start() };
};

/** Serves before and after a base backup, and after the moment to which the database is recovered. Then everything stops. */
async function serveUntilLoss(
  trial: Trial,
): Promise<{ before: Before; recovered: RecoveredPostgres } & AsyncDisposable> {
  const { target, report } = trial;
  await using stack = new AsyncDisposableStack();
  const own = stack.use(await startArchivedPostgres());
  const service = new AsyncDisposableStack();
  stack.use(service);
  const { stage, replica } = await startService(service, trial, own);
  const { sql } = stage;
  const isRecorded = await until(async () => {
    const { rowCount } = await sql.query(`SELECT FROM service_processes WHERE report->>'history' IS NOT NULL`);
    return rowCount === 1;
  });
  trial.checks.holds(isRecorded, 'the service has not recorded the history of the database');
  const kept = [await build(replica, 'before-the-backup')];
  const backup = await own.backUp(sql);
  kept.push(await build(replica, 'after-the-backup'));
  await own.createRestorePoint(sql);
  if (target === 'standby') await own.archive(sql);
  const lost = await build(replica, 'after-the-moment');
  if (target === 'restore point') await own.archive(sql);
  const before = { kept, lost, lastEvent: await lastEventOf(sql) };
  report(`a base backup, ${kept.length} composes that it has with the archive, and one after that moment`);
  await replica.stop();
  await service.disposeAsync();
  // A server that stops in order would archive the rest of its log.
  await own.server.stop(target === 'standby' ? 'immediate' : 'fast');
  const recovered = await own.recover(backup, target);
  await promote(recovered, target);
  report(target === 'standby' ? 'a standby is promoted' : 'a server is recovered to the restore point');
  const owned = stack.move();
  return { before, recovered, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const kept = 'imagebuilder_build_settlements_total{outcome="kept"}';

/** Starts the service on the recovered database: it serves, and deletes nothing at composer. */
async function serveUnconfirmed({ desk, checks, report }: Trial, replica: Replica, sql: Client, before: Before) {
  const ready = await replica.client.read('/ready');
  checks.holds('status' in ready && ready.status === 200, 'the service is not ready');
  const list = await listed(replica);
  for (const id of before.kept) checks.holds(list.includes(id), `the list has no compose ${id}`);
  checks.holds(!list.includes(before.lost), 'the list has a compose that was lost');
  const next = await build(replica, 'after-the-recovery');
  checks.holds((await lastEventOf(sql)) > before.lastEvent, 'ids of events are drawn again');
  const isLogged = await until(() =>
    replica.complaints.some(
      ({ event, job_ids: ids }) => event === 'compose.orphans_kept' && Array.isArray(ids) && ids.includes(before.lost),
    ),
  );
  checks.holds(isLogged, 'the log does not name the compose that was lost');
  checks.holds((await replica.metric(kept)) > 0, 'the metric does not count the compose that was lost');
  const atComposer = await desk.list();
  for (const id of [...before.kept, before.lost, next])
    checks.holds(atComposer.has(id), `composer has no compose ${id} any more, unconfirmed`);
  report('the service works, and has logged, counted and kept the compose that the database lost');
  return [...before.kept, next];
}

/** Confirms the recovery: the service deletes the lost compose at composer, and no other. */
async function confirm(trial: Trial, replica: Replica, recovered: RecoveredPostgres, stored: readonly string[]) {
  const { desk, checks, report } = trial;
  const confirmed = await runCommand(recovered.database, ['maintenance', 'confirm-recovery']);
  checks.holds(confirmed.code === 0, `the confirmation failed: ${confirmed.output}`);
  checks.holds(confirmed.output.includes('"changed":true'), `no recovery was confirmed: ${confirmed.output}`);
  const since = performance.now();
  const isReconciled = await until(async () => (await desk.list()).size === stored.length);
  const seconds = (performance.now() - since) / 1000;
  const atComposer = await desk.list();
  checks.holds(isReconciled, 'after the confirmation composer has a compose that the database does not have');
  for (const id of stored) checks.holds(atComposer.has(id), `composer has no compose ${id} any more`);
  await build(replica, 'after-the-confirmation');
  report(`confirmed: the service deletes the lost compose at composer, after ${seconds.toFixed(0)} s`);
  return seconds;
}

/** A base backup, a recovery of it, and what the service does with composes that were lost by it. */
export async function runRecovery(target: RecoveryTarget, report: Report): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const sandbox = await startSandbox({ port: 0, duration: 0, maxComposes: Infinity });
  stack.defer(() => sandbox.close());
  const checks = createChecks();
  const trial: Trial = { target, desk: createComposerDesk(sandbox.url), composer: sandbox.url, checks, report };
  const { before, recovered } = stack.use(await serveUntilLoss(trial));
  const sql = await connectTo(recovered.database, recovered.database.database);
  stack.defer(() => sql.end());
  await sql.query(statementOfManual());
  const migrated = await runCommand(recovered.database, ['migrate']);
  checks.holds(migrated.code === 0, `the migration failed: ${migrated.output}`);
  const { replica } = await startService(stack, trial, recovered);
  const stored = await serveUnconfirmed(trial, replica, sql, before);
  const seconds = await confirm(trial, replica, recovered, stored);
  return {
    figures: { 'composes kept': stored.length, 'deleted after the confirmation': `${seconds.toFixed(0)} s` },
    violations: checks.violations,
  };
}
