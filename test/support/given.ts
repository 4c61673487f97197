import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { createSecretBox } from '../../src/lib/secret-box.ts';
import { ORG } from './identity.ts';

/** A stored build. What is not said is a centos-9 guest image of organization 000000, made just now. */
export interface GivenCompose {
  readonly id?: string;
  readonly orgId?: string;
  readonly accountNumber?: string;
  readonly email?: string;
  readonly request?: unknown;
  readonly createdAt?: Date;
  readonly imageName?: string | null;
  readonly clientId?: string | null;
  readonly blueprintVersionId?: string | null;
  readonly deleted?: boolean;
}

/** A stored blueprint. What is not said is a centos-9 blueprint of organization 000000 with one version. */
export interface GivenBlueprint {
  readonly id?: string;
  readonly orgId?: string;
  readonly name?: string;
  readonly description?: string | null;
  readonly metadata?: unknown;
  readonly deleted?: boolean;
  readonly createdAt?: Date;
  /** Bodies of the versions, from version 1 on. */
  readonly versions?: readonly unknown[];
  /** Service snapshots of the last version. */
  readonly serviceSnapshots?: unknown;
}

/** An entry of the audit log. What is not said is that a user of organization 000000 changed something just now. */
export interface GivenAuditEntry {
  readonly orgId?: string;
  readonly occurredAt?: Date;
  readonly operation?: string;
  readonly objectType?: string;
  readonly objectId?: string | null;
  readonly createdIds?: readonly string[];
  readonly username?: string;
  readonly userType?: string;
  readonly status?: number;
}

/** A stored schedule. What is not said is one that builds everything at three in the morning, and is due in an hour. */
export interface GivenSchedule {
  readonly orgId?: string;
  readonly cron?: string;
  readonly timezone?: string;
  readonly onlyIfChanged?: boolean;
  readonly imageTypes?: readonly string[] | null;
  readonly username?: string;
  readonly entitled?: boolean;
  /** Days since a request has shown that. */
  readonly entitledDaysAgo?: number;
  /** Seconds from now, `null` for a schedule that does not run. */
  readonly dueIn?: number | null;
  readonly failures?: number;
}
/** A stored webhook. What is not said is one of organization 000000, for everything. */
export interface GivenWebhook {
  readonly id?: string;
  readonly orgId?: string;
  readonly url?: string;
  readonly description?: string;
  readonly eventTypes?: readonly string[] | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
}

/** What secrets are encrypted with in tests, and what webhooks that are given sign with. */
export const SECRET_KEY = Buffer.alloc(32, 'a key of tests').toString('base64');
export const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 'a secret of tests').toString('base64')}`;

/** Content of a file of encryption keys, with keys of these names; the first one is the current one. */
export const keyRing = (current: string, ...others: readonly string[]) => ({
  current,
  keys: Object.fromEntries(
    [current, ...others].map((name) => [name, Buffer.alloc(32, `the key ${name}`).toString('base64')]),
  ),
});

/** A stored copy of an image that composer took. */
export interface GivenClone {
  readonly composeId: string;
  readonly id?: string;
  readonly request?: unknown;
  readonly createdAt?: Date;
  /** How it ended; not yet when left out. */
  readonly status?: unknown;
}

export interface Given {
  /** Stores an entry of the audit log; gives its id. */
  readonly auditEntry: (entry?: GivenAuditEntry) => Promise<string>;
  /** Gives a blueprint a schedule. */
  readonly schedule: (blueprintId: string, schedule?: GivenSchedule) => Promise<void>;
  /** Stores a build; gives its id. */
  readonly compose: (compose?: GivenCompose) => Promise<string>;
  /** Stores a blueprint; gives its id and those of its versions. Each version is a second newer than the one before. */
  readonly blueprint: (blueprint?: GivenBlueprint) => Promise<{ id: string; versionIds: readonly string[] }>;
  /** Stores a webhook; gives its id. */
  readonly webhook: (webhook?: GivenWebhook) => Promise<string>;
  /** Stores a message to a webhook, due tomorrow, with a text in its data and its last error; gives its id. */
  readonly delivery: (webhookId: string, text?: string) => Promise<string>;
  /** Stores a copy of an image; gives its id, which is composer's as well. */
  readonly clone: (clone: GivenClone) => Promise<string>;
}

export const guestImageRequest = {
  architecture: 'x86_64',
  image_type: 'guest-image',
  upload_request: { type: 'aws.s3', options: {} },
} as const;

/** An image in AWS, shared with an account. */
export const awsImageRequest = {
  architecture: 'x86_64',
  image_type: 'aws',
  upload_request: { type: 'aws', options: { share_with_accounts: ['123456789012'] } },
} as const;

/** A compose request that the service takes. */
export const composeRequest = { distribution: 'centos-9', image_requests: [guestImageRequest] } as const;

/** A bill of materials as composer tells it. */
export const sbomItem = (pipeline = 'os', purpose = 'image', more: object = {}) => ({
  sbom: { SPDXID: 'SPDXRef-DOCUMENT', spdxVersion: 'SPDX-2.3', name: `sbom of ${pipeline}`, packages: [], ...more },
  ...{ sbom_type: 'spdx', pipeline_name: pipeline, pipeline_purpose: purpose },
});

/** The body of a blueprint version. */
export const blueprintBody = {
  distribution: 'centos-9',
  customizations: { packages: ['nginx'] },
  image_requests: [guestImageRequest],
} as const;

/** The tables hold local times of sessions that run in UTC. */
const stamp = (date: Date): string => date.toISOString().slice(0, -1);

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

/** What puts rows where no query of the service puts them: in the past, deleted, as earlier releases wrote them. */
export const createGiven = (sql: Client): Given => {
  let names = 0;
  return {
    auditEntry: async (entry = {}) => {
      const id = randomUUID();
      await sql.query(
        `INSERT INTO audit_log (id, org_id, occurred_at, operation, object_type, object_id, created_ids, username, user_type,
          status, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'abcdefghijklmno')`,
        [
          ...[id, entry.orgId ?? ORG, entry.occurredAt ?? new Date(), entry.operation ?? 'deleteBlueprint'],
          ...[entry.objectType ?? 'blueprint', entry.objectId ?? null, entry.createdIds ?? []],
          ...[entry.username ?? 'user', entry.userType ?? 'User', entry.status ?? 204],
        ],
      );
      return id;
    },
    schedule: async (blueprintId, schedule = {}) => {
      const { username = 'user', entitled = true, dueIn = 3600 } = schedule;
      const caller = { accountNumber: '500000', email: `${username}@example.test`, username, type: 'User', entitled };
      await sql.query(
        `INSERT INTO blueprint_schedules (blueprint_id, org_id, cron, timezone, only_if_changed, enabled, image_types, caller,
          next_run_at, failures, entitled_at)
        VALUES ($1, $2, $3, $4, $5, true, $6, $7, date_trunc('second', now()) + make_interval(secs => $8), $9,
          now() - make_interval(days => $10::int))`,
        [
          ...[blueprintId, schedule.orgId ?? ORG, schedule.cron ?? '0 3 * * *', schedule.timezone ?? 'UTC'],
          ...[
            schedule.onlyIfChanged ?? false,
            schedule.imageTypes ?? null,
            json(caller),
            dueIn,
            schedule.failures ?? 0,
            schedule.entitledDaysAgo ?? 0,
          ],
        ],
      );
    },
    compose: async (compose = {}) => {
      const id = compose.id ?? randomUUID();
      await sql.query(
        `INSERT INTO composes (job_id, request, created_at, account_number, email, org_id, image_name, client_id,
          blueprint_version_id, deleted) VALUES ($1, $2, $3::timestamp, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ...[id, json(compose.request ?? composeRequest), stamp(compose.createdAt ?? new Date())],
          ...[compose.accountNumber ?? '500000', compose.email ?? 'user@example.test', compose.orgId ?? ORG],
          ...[compose.imageName ?? null, compose.clientId ?? null, compose.blueprintVersionId ?? null],
          compose.deleted ?? false,
        ],
      );
      return id;
    },
    blueprint: async (blueprint = {}) => {
      const id = blueprint.id ?? randomUUID();
      const created = blueprint.createdAt ?? new Date();
      const versions = blueprint.versions ?? [blueprintBody];
      const versionIds = versions.map(() => randomUUID());
      names += 1;
      await sql.query(
        `INSERT INTO blueprints (id, org_id, account_number, name, description, metadata, deleted, created_at)
        VALUES ($1, $2, '500000', $3, $4, $5, $6, $7::timestamp)`,
        [
          ...[id, blueprint.orgId ?? ORG, blueprint.name ?? `blueprint ${names}`, blueprint.description ?? null],
          ...[json(blueprint.metadata), blueprint.deleted ?? false, stamp(created)],
        ],
      );
      for (const [index, body] of versions.entries()) {
        const snapshots = index === versions.length - 1 ? json(blueprint.serviceSnapshots) : null;
        await sql.query(
          `INSERT INTO blueprint_versions (id, blueprint_id, version, body, service_snapshots, created_at)
          VALUES ($1, $2, $3, $4, $5, $6::timestamp)`,
          [versionIds[index], id, index + 1, json(body), snapshots, stamp(new Date(created.getTime() + index * 1000))],
        );
      }
      return { id, versionIds };
    },
    webhook: async (webhook = {}) => {
      const id = webhook.id ?? randomUUID();
      const secret = createSecretBox([Buffer.from(SECRET_KEY, 'base64')]).encrypt(SIGNING_SECRET, id);
      await sql.query(
        `INSERT INTO webhooks (id, org_id, url, description, event_types, labels, secret, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          ...[id, webhook.orgId ?? ORG, webhook.url ?? 'https://hooks.example.com/x', webhook.description ?? ''],
          ...[webhook.eventTypes ?? null, json(webhook.labels), secret, webhook.createdAt ?? new Date()],
        ],
      );
      return id;
    },
    delivery: async (webhookId, text = 'a message') => {
      const id = randomUUID();
      await sql.query(
        `INSERT INTO webhook_deliveries (id, webhook_id, org_id, event_id, event_type, data, occurred_at, due_at, last_error)
        SELECT $1, id, org_id, 1, 'compose.queued', $3, now(), now() + interval '1 day', $4 FROM webhooks WHERE id = $2`,
        [id, webhookId, { image_name: text }, text],
      );
      return id;
    },
    clone: async ({ composeId, ...clone }) => {
      const id = clone.id ?? randomUUID();
      await sql.query(
        `INSERT INTO compose_statuses (job_id, org_id, created_at, status)
        SELECT job_id, org_id, created_at, NULL FROM composes WHERE job_id = $1 ON CONFLICT DO NOTHING`,
        [composeId],
      );
      await sql.query(
        `INSERT INTO compose_clones (id, clone_id, compose_id, request, created_at, status, finished_at)
        VALUES ($1, $1, $2, $3, $4, $5::json, CASE WHEN $5::json IS NULL THEN NULL ELSE now() END)`,
        [
          ...[id, composeId, json(clone.request ?? { region: 'eu-central-1' }), clone.createdAt ?? new Date()],
          json(clone.status),
        ],
      );
      return id;
    },
  };
};
