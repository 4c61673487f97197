// The drill of adoption and rollback: the steps of docs/operations.md, one after the other, while the original continues its
// statements.
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { startInstantSandbox } from '../../packages/sandbox/src/instant.ts';
import { answersOf, createWrites } from '../../test/db/original-queries.ts';
import { connectTo } from '../support/databases.ts';
import { createOriginalSchema } from '../support/original-schema.ts';
import { buildOf } from './builds.ts';
import { startOwnDatabase } from './database.ts';
import { createdId, type ApiRequest } from './http.ts';
import { startReceiver, type Receiver } from './message-receiver.ts';
import { runCommand, until } from './operator.ts';
import { fillOriginal } from './original-rows.ts';
import { startOriginal, type Tenants } from './original.ts';
import { createChecks, type Checks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage, type Stage } from './stage.ts';

const SHARED = 15;

type Report = (line: string) => void;
type Json = Readonly<Record<string, unknown>>;

/** What all steps use. */
interface Drill {
  readonly database: DatabaseConfig;
  /** A connection that runs the original's statements about one organization. */
  readonly sql: Client;
  readonly organization: string;
  readonly checks: Checks;
  readonly report: Report;
}

/** What the service stored before it was rolled back. */
interface Stored {
  readonly blueprint: string;
  readonly compose: string;
  readonly webhook: string;
}

const hasOwnTables = async (sql: Client): Promise<boolean> => {
  const { rows } = await sql.query<{ found: boolean }>(`SELECT to_regclass('compose_statuses') IS NOT NULL AS found`);
  return rows[0]?.found ?? false;
};

const sharedVersion = async (sql: Client): Promise<number | undefined> =>
  (await sql.query<{ version: number }>('SELECT version FROM schema_version')).rows[0]?.version;

async function planAndMigrate({ database, sql, checks, report }: Drill): Promise<void> {
  const plan = await runCommand(database, ['migrate', '--plan']);
  checks.holds(plan.code === 0, `the plan failed: ${plan.output}`);
  checks.holds(!(await hasOwnTables(sql)), 'the plan changed the database');
  report(`planned ${plan.output.trim().split('\n').length} lines`);
  const migrated = await runCommand(database, ['migrate']);
  checks.holds(migrated.code === 0, `the migration failed: ${migrated.output}`);
  checks.holds(await hasOwnTables(sql), 'the migration made no tables');
  checks.holds((await sharedVersion(sql)) === SHARED, 'the migration changed the version of the shared schema');
  report('migrated');
}

/** Sends a request. @returns the body of the response */
async function send({ organization, checks }: Drill, { client }: Replica, request: Omit<ApiRequest, 'organization'>) {
  const reply = await client.send({ organization, ...request });
  const isRight = 'status' in reply && reply.status < 300;
  checks.holds(isRight, `${request.method} ${request.path}: ${'status' in reply ? reply.text : reply.failure}`);
  return isRight && reply.text !== '' ? (JSON.parse(reply.text) as Json) : {};
}

/** Whether the original finds the rows, by its own statements. */
async function isSeenByOriginal({ sql, organization }: Drill, { compose, blueprint }: Stored): Promise<boolean> {
  const answers = await answersOf(sql, { orgId: organization, composeIds: [compose], blueprintIds: [blueprint] });
  return answers['get compose']?.[0]?.length === 1 && answers['get blueprint']?.[0]?.length === 1;
}

/** Starts the service beside the original, and stores something with it. Its messages find a receiver that is away. */
async function serveBeside(drill: Drill, replica: Replica, receiver: Receiver): Promise<Stored> {
  const { checks, report } = drill;
  const body = { url: receiver.url, description: 'of the drill' };
  const webhook = await send(drill, replica, { method: 'POST', path: '/webhooks', body });
  const blueprint = await send(drill, replica, {
    ...{ method: 'POST', path: '/blueprints' },
    body: { name: 'of the drill', ...buildOf('drill'), image_name: undefined },
  });
  const compose = await send(drill, replica, { method: 'POST', path: '/compose', body: buildOf('drill') });
  const [first, second, third] = [webhook, blueprint, compose].map(({ id }) => String(id));
  const stored = { webhook: first ?? '', blueprint: second ?? '', compose: third ?? '' };
  checks.holds(await isSeenByOriginal(drill, stored), 'the original does not find what the service stored');
  const theirs = await createWrites(drill.sql, drill.organization).insertCompose();
  const list = await send(drill, replica, { method: 'GET', path: '/composes?limit=100' });
  checks.holds(JSON.stringify(list).includes(theirs), 'the service does not list a compose of the original');
  report('the service and the original read what the other one stores');
  return stored;
}

/** Stops the service, and lets the original work alone for three days. */
async function rollBack(drill: Drill, replica: Replica, stored: Stored): Promise<string> {
  const { sql, organization, checks, report } = drill;
  await replica.stop();
  checks.holds(await isSeenByOriginal(drill, stored), 'after the rollback the original does not find the rows');
  checks.holds((await sharedVersion(sql)) === SHARED, 'the original would refuse the version of the schema');
  const writes = createWrites(sql, organization);
  const changed = await writes.updateBlueprint(stored.blueprint, 'changed after the rollback');
  checks.holds(changed === 1, 'the original cannot change a blueprint of the service');
  const theirs = await writes.insertCompose();
  const { rowCount } = await sql.query(
    `UPDATE webhook_deliveries SET due_at = due_at - interval '3 days' WHERE status = 'pending'`,
  );
  checks.holds((rowCount ?? 0) > 0, 'no message was left behind, so that the drill shows nothing about them');
  report(`rolled back: the original works alone, ${rowCount} messages are left behind`);
  return theirs;
}

/** Starts the service once more. What the original did is there, and old messages are not sent. */
async function returnAgain(drill: Drill, stage: Stage, receiver: Receiver, stored: Stored, theirs: string) {
  const { database, checks, report } = drill;
  const migrated = await runCommand(database, ['migrate']);
  checks.holds(migrated.code === 0, `the second migration failed: ${migrated.output}`);
  checks.holds(migrated.output.includes('the schema is current'), 'the second migration changed something');
  receiver.open();
  const replica = await stage.start();
  const blueprint = await send(drill, replica, { method: 'GET', path: `/blueprints/${stored.blueprint}` });
  checks.holds(blueprint['name'] === 'changed after the rollback', 'a change of the original is missing');
  const list = await send(drill, replica, { method: 'GET', path: '/composes?limit=100' });
  checks.holds(JSON.stringify(list).includes(theirs), 'a compose of the original is missing');
  const haveExpired = await until(async () => {
    const path = `/webhooks/${stored.webhook}/deliveries`;
    return JSON.stringify(await send(drill, replica, { method: 'GET', path })).includes('"expired"');
  });
  checks.holds(haveExpired, 'the messages that were left behind have not expired');
  const reply = await replica.client.send({
    ...{ method: 'POST', path: '/compose', organization: drill.organization, body: buildOf('drill again') },
  });
  const recent = createdId(reply) ?? 'no compose';
  checks.holds(await until(() => receiver.bodies().includes(recent)), 'a new message does not arrive');
  // Of the compose the service reports the end, which it finds now.
  checks.holds(!receiver.bodies().includes(stored.blueprint), 'a message of three days ago was sent');
  report('returned: changes of the original are there, old messages have expired, new ones arrive');
}

async function maintain({ database, checks, report }: Drill): Promise<void> {
  const dry = await runCommand(database, ['maintenance'], { ENABLE_DB_MAINTENANCE: 'true' });
  checks.holds(dry.code === 0 && dry.output.includes('maintenance is complete'), `maintenance failed: ${dry.output}`);
  report('maintenance: a dry run is complete');
}

/** Tenants that have a blueprint. */
function withBlueprints({ organizations, composeIds, blueprintIds }: Tenants): Tenants {
  const isUsed = (_value: string, index: number): boolean => Boolean(blueprintIds[index]);
  return {
    organizations: organizations.filter(isUsed),
    composeIds: composeIds.filter(isUsed),
    blueprintIds: blueprintIds.filter(isUsed),
  };
}

/** @param composes rows of the database; a fifth as many blueprints, half as many versions */
export async function runDrill(composes: number, report: Report): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const { database } = stack.use(await startOwnDatabase({ empty: true }));
  const sql = await connectTo(database, database.database);
  stack.defer(() => sql.end());
  await createOriginalSchema(sql, SHARED);
  const rows = { composes, blueprints: Math.ceil(composes / 5), versions: Math.ceil(composes / 2) };
  const tenants = withBlueprints(await fillOriginal(sql, rows));
  const original = startOriginal(database, tenants);
  stack.defer(() => original.stop());
  const checks = createChecks();
  const drill = { database, sql, organization: tenants.organizations[0] ?? '', checks, report };

  await planAndMigrate(drill);
  const receiver = stack.use(await startReceiver());
  const composer = await startInstantSandbox();
  stack.defer(() => composer.close());
  const env = { WEBHOOK_SECRET_KEY: randomBytes(32).toString('base64'), WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8,::1/128' };
  const stage = await setStage(stack, { database, composer: composer.url, env });
  const replica = await stage.start();
  const stored = await serveBeside(drill, replica, receiver);
  const theirs = await rollBack(drill, replica, stored);
  await returnAgain(drill, stage, receiver, stored, theirs);
  await maintain(drill);

  const { durations, longestWait } = original.take();
  const statements = Object.values(durations).reduce((sum, { count }) => sum + count, 0);
  return {
    figures: {
      'statements of the original meanwhile': statements,
      'longest wait of one for a lock': `${longestWait.toFixed(1)} ms`,
    },
    violations: checks.violations,
  };
}
