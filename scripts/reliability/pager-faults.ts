// What the trial `pager` breaks, the alert that has to name it, and what the runbook asks the operator to do.
import { writeFile } from 'node:fs/promises';
import { buildOf, provisionedBuildOf } from './builds.ts';
import { createdId, statusOf, type ApiRequest } from './http.ts';
import { runMaintenanceJob } from './maintenance-job.ts';
import { QUOTAS, type Scene, type SecureServer } from './pager-scene.ts';

export interface Fault {
  readonly name: string;
  readonly alert: string;
  /** What the operator did, as the runbook says. */
  readonly remedy: string;
  readonly env?: (secure: SecureServer) => Readonly<Record<string, string>>;
  /** Before the fault, while everything works. */
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  /** @returns what ends the fault */
  readonly break: (scene: Scene) => Promise<() => Promise<unknown>>;
  /** Requests of clients, one after the other, each with so many clients. */
  readonly traffic: (number: number) => ApiRequest;
  readonly clients?: number;
  /** Whether the service works again; by default when the traffic succeeds. */
  readonly isWell?: (scene: Scene) => Promise<boolean>;
}

const ORGANIZATION = 'pager';

const get = (path: string): ApiRequest => ({ method: 'GET', path, organization: ORGANIZATION });
const post = (path: string, body: unknown, organization = ORGANIZATION): ApiRequest => ({
  ...{ method: 'POST', path, organization, body },
});

const lists = (): ApiRequest => get('/composes?limit=1');
const builds = (number: number): ApiRequest => post('/compose', buildOf(`pager-${number}-${Math.random()}`));

const blueprintOf = (name: string) => ({
  ...{ name, description: '', distribution: 'centos-9', customizations: {} },
  image_requests: buildOf(name).image_requests,
});

/** Blueprints of many organizations, so that none reaches its share. */
const blueprints = (number: number): ApiRequest =>
  post('/blueprints', blueprintOf(`${number}-${Math.random()}`), `pager-${number % 40}`);

/** Makes every insertion of a blueprint take that long. */
const slowDown =
  (seconds: number) =>
  async ({ stage: { sql } }: Scene): Promise<() => Promise<unknown>> => {
    await sql.query(`
      CREATE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(${seconds}); RETURN NEW; END $$;
      CREATE TRIGGER slow_down BEFORE INSERT ON blueprints FOR EACH ROW EXECUTE FUNCTION slow_down()`);
    return () => sql.query('DROP TRIGGER slow_down ON blueprints');
  };

/** Leaves a transaction open after a statement. */
const holdOpen =
  (statement: string) =>
  async ({ stage }: Scene): Promise<() => Promise<unknown>> => {
    const client = await stage.connect();
    await client.query('BEGIN');
    await client.query(statement);
    return () => client.query('ROLLBACK');
  };

const stopDatabase = async ({ own }: Scene): Promise<() => Promise<unknown>> => {
  const stopped = Promise.withResolvers<undefined>();
  const over = Promise.withResolvers<undefined>();
  const restarted = own.server.restart('fast', () => {
    stopped.resolve(undefined);
    return over.promise;
  });
  await stopped.promise;
  return async () => {
    over.resolve(undefined);
    await restarted;
  };
};

const stopComposer = async ({ composer }: Scene): Promise<() => Promise<unknown>> => {
  await composer.kill();
  return () => composer.start();
};

const createSchedules = async ({ replica: { client } }: Scene): Promise<void> => {
  for (let index = 0; index < 6; index += 1) {
    const id = createdId(await client.send(post('/blueprints', blueprintOf(`scheduled-${index}`))));
    const set = await client.send({
      ...{ method: 'PUT', path: `/blueprints/${id}/schedule`, organization: ORGANIZATION },
      body: { cron: '0 3 * * *', timezone: 'UTC' },
    });
    if (statusOf(set) !== 200) throw new Error(`the schedule was answered with ${statusOf(set)}`);
  }
};

const createWebhook = async ({ replica: { client } }: Scene): Promise<void> => {
  const created = await client.send(post('/webhooks', { url: 'https://receiver.example.com/' }));
  if (createdId(created) === null) throw new Error(`the webhook was answered with ${JSON.stringify(created)}`);
};

const fillOutbox = async ({ stage: { sql } }: Scene): Promise<() => Promise<unknown>> => {
  await sql.query(`
    INSERT INTO webhook_deliveries (id, webhook_id, org_id, event_type, data, occurred_at)
    SELECT gen_random_uuid(), id, org_id, 'compose.succeeded', '{}', now() FROM webhooks, generate_series(1, 3000)`);
  return () => sql.query('DELETE FROM webhook_deliveries');
};

const isZero =
  (series: string) =>
  async ({ replica }: Scene): Promise<boolean> =>
    (await replica.metric(series)) === 0;

const maintain = ({ stage }: Scene): Promise<void> => runMaintenanceJob(stage.database);

/** Moves the last run of the maintenance job to four hours ago. */
const forgetMaintenance = async (scene: Scene): Promise<() => Promise<unknown>> => {
  await scene.stage.sql.query(`
    UPDATE service_processes SET report = jsonb_set(report::jsonb, '{completed}', to_jsonb((report->>'completed')::float8 - 14400))
    WHERE report IS NOT NULL`);
  return () => maintain(scene);
};

const isMaintained = async ({ replica }: Scene): Promise<boolean> =>
  (await replica.metric('imagebuilder_maintenance_overdue_timestamp_seconds')) > Date.now() / 1000;

const acceptsBuilds = async ({ replica: { client } }: Scene): Promise<boolean> =>
  createdId(await client.send(builds(0))) !== null;

/** A build with a repository of the organization, for which the service calls content sources. */
const repositoryBuilds = (): ApiRequest =>
  post('/compose', {
    ...buildOf(`pager-${Math.random()}`),
    customizations: { packages: [], payload_repositories: [{ id: crypto.randomUUID(), rhsm: false }] },
  });

/** Whether a build with such a repository is not one more call that fails for a certificate. */
const trustsCertificates = async ({ replica: { client } }: Scene): Promise<boolean> => {
  const refused = async (): Promise<number> => {
    const page = await client.read('/metrics');
    const lines = 'failure' in page ? [] : page.text.split('\n');
    return lines
      .filter((line) => /^imagebuilder_upstream_duration_seconds_count.*outcome="[^"]*(CERT|UNABLE)/.test(line))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  };
  const before = await refused();
  await client.send(repositoryBuilds());
  return (await refused()) === before;
};

const DATABASE: readonly Fault[] = [
  {
    ...{ name: 'PostgreSQL is stopped', alert: 'ImageBuilderDatabaseUnreachable', break: stopDatabase },
    ...{ traffic: lists, remedy: 'start the server' },
  },
  {
    ...{ name: 'the server is read-only', alert: 'ImageBuilderDatabaseFault', traffic: blueprints },
    remedy: 'point the service at the primary server',
    break: async ({ stage: { sql } }) => {
      const set = async (value: string): Promise<void> => {
        await sql.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
        await sql.query('SELECT pg_reload_conf()');
      };
      await set('on');
      return async () => {
        await sql.query('SET default_transaction_read_only = off');
        await set('off');
      };
    },
  },
  {
    ...{ name: 'another session locks a table', alert: 'ImageBuilderDatabaseLockWaits' },
    break: holdOpen('LOCK TABLE blueprints IN ACCESS EXCLUSIVE MODE'),
    ...{ traffic: () => get('/blueprints?limit=1'), remedy: 'end the session of pg_blocking_pids' },
  },
  {
    ...{ name: 'statements take 20 s', alert: 'ImageBuilderDatabaseSlow', break: slowDown(20) },
    ...{ traffic: blueprints, clients: 3, remedy: 'find the statement in pg_stat_activity' },
  },
  {
    ...{ name: 'all connections are in use', alert: 'ImageBuilderDatabasePoolExhausted', break: slowDown(4) },
    ...{ traffic: blueprints, clients: 16, env: () => ({ PGPOOLSIZE: '2' }) },
    remedy: 'raise PGPOOLSIZE, or add pods',
  },
  {
    ...{ name: 'more requests than the database serves', alert: 'ImageBuilderShedding', break: slowDown(0.5) },
    ...{ traffic: blueprints, clients: 40, env: () => ({ PGPOOLSIZE: '2', PGPOOLWAITING: '8' }) },
    remedy: 'find what is short by `reason`',
  },
  {
    ...{ name: 'a transaction that writes events stays open', alert: 'ImageBuilderEventsDelayed' },
    ...{ break: holdOpen('LOCK TABLE events IN ROW EXCLUSIVE MODE'), traffic: lists },
    ...{ remedy: 'end the transaction', isWell: isZero('imagebuilder_events_held_back_seconds') },
  },
];

const SERVICES: readonly Fault[] = [
  {
    ...{ name: 'composer is killed', alert: 'ImageBuilderComposerUnavailable', break: stopComposer },
    ...{ traffic: builds, remedy: 'notify its operators' },
  },
  {
    ...{ name: 'provisioning does not respond', alert: 'ImageBuilderUpstreamSuspended' },
    ...{ traffic: () => post('/compose', provisionedBuildOf(`pager-${Math.random()}`)), clients: 2 },
    remedy: 'notify its operators',
    break: async ({ stage: { provisioning } }) => {
      provisioning.wait = () => new Promise(() => {});
      return async () => {
        provisioning.wait = () => Promise.resolve();
      };
    },
  },
  {
    ...{ name: 'the token endpoint refuses us', alert: 'ImageBuilderTokensFailing', traffic: builds },
    remedy: 'compare the secret',
    break: async ({ tokens }) => {
      tokens.isRefusing = true;
      return async () => {
        tokens.isRefusing = false;
      };
    },
  },
  {
    ...{ name: 'a certificate is not trusted', alert: 'ImageBuilderCertificateRefused' },
    env: ({ url }) => ({ CONTENT_SOURCES_URL: url }),
    traffic: repositoryBuilds,
    remedy: 'renew the certificate',
    isWell: trustsCertificates,
    break: async ({ secure }) => {
      secure.trust(false);
      return async () => secure.trust(true);
    },
  },
  {
    ...{ name: 'responses of composer are lost', alert: 'ImageBuilderOutcomeUnknown', traffic: lists },
    ...{ remedy: 'find out why calls fail', isWell: acceptsBuilds },
    break: async ({ gate, replica }) => {
      gate.rules = { build: async () => 'drop' };
      await Promise.all([1, 2, 3].map((number) => replica.client.send(builds(number))));
      return async () => {
        gate.rules = {};
      };
    },
  },
];

const OTHERS: readonly Fault[] = [
  {
    ...{ name: 'runs of schedules fail', alert: 'ImageBuilderSchedulesFailing', prepare: createSchedules },
    ...{ traffic: lists, remedy: 'find the reason in schedule.run_failed', isWell: acceptsBuilds },
    break: async (scene) => {
      const repair = await stopComposer(scene);
      await scene.stage.sql.query('UPDATE blueprint_schedules SET next_run_at = now()');
      return repair;
    },
  },
  {
    ...{ name: 'messages to webhooks are not delivered', alert: 'ImageBuilderWebhookBacklog', traffic: lists },
    env: () => ({ WEBHOOK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') }),
    ...{ prepare: createWebhook, break: fillOutbox, remedy: 'find the receivers that hang' },
    isWell: isZero('imagebuilder_webhook_deliveries_pending'),
  },
  {
    ...{ name: 'Splunk refuses log lines', alert: 'ImageBuilderLogLinesDropped', traffic: lists },
    env: ({ url }) => ({
      ...{ SPLUNK_HEC_HOST: new URL(url).hostname, SPLUNK_HEC_PORT: new URL(url).port, SPLUNK_HEC_TOKEN: 'pager' },
    }),
    remedy: 'replace the token of the sink',
    break: async ({ secure }) => {
      secure.status = 403;
      return async () => {
        secure.status = 200;
      };
    },
  },
  {
    ...{ name: 'the file of quotas is broken', alert: 'ImageBuilderPolicyFileInvalid', traffic: builds },
    remedy: 'correct the file',
    break: async ({ quotaFile }) => {
      await writeFile(quotaFile, '{ "default": ');
      return () => writeFile(quotaFile, QUOTAS);
    },
    isWell: isZero('imagebuilder_policy_file_invalid{variable="QUOTA_FILE"}'),
  },
  {
    ...{ name: 'maintenance has not run for four hours', alert: 'ImageBuilderMaintenanceOverdue', traffic: lists },
    ...{ env: () => ({ MAINTENANCE_INTERVAL_HOURS: '1' }), prepare: maintain, break: forgetMaintenance },
    ...{ remedy: 'run the job now', isWell: isMaintained },
  },
];

/** All faults, in the order of the report. */
export const FAULTS: readonly Fault[] = [...DATABASE, ...SERVICES, ...OTHERS];
