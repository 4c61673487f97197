import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
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

/** A stored schedule. What is not said is one that builds everything at three in the morning, and is due in an hour. */
export interface GivenSchedule {
  readonly orgId?: string;
  readonly cron?: string;
  readonly timezone?: string;
  readonly onlyIfChanged?: boolean;
  readonly imageTypes?: readonly string[] | null;
  readonly username?: string;
  readonly entitled?: boolean;
  /** Seconds from now, `null` for a schedule that does not run. */
  readonly dueIn?: number | null;
  readonly failures?: number;
}

export interface Given {
  /** Gives a blueprint a schedule. */
  readonly schedule: (blueprintId: string, schedule?: GivenSchedule) => Promise<void>;
  /** Stores a build; gives its id. */
  readonly compose: (compose?: GivenCompose) => Promise<string>;
  /** Stores a blueprint; gives its id and those of its versions. Each version is a second newer than the one before. */
  readonly blueprint: (blueprint?: GivenBlueprint) => Promise<{ id: string; versionIds: readonly string[] }>;
}

export const guestImageRequest = {
  architecture: 'x86_64',
  image_type: 'guest-image',
  upload_request: { type: 'aws.s3', options: {} },
} as const;

/** A compose request that the service takes. */
export const composeRequest = { distribution: 'centos-9', image_requests: [guestImageRequest] } as const;

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
    schedule: async (blueprintId, schedule = {}) => {
      const { username = 'user', entitled = true, dueIn = 3600 } = schedule;
      const caller = { accountNumber: '500000', email: `${username}@example.test`, username, type: 'User', entitled };
      await sql.query(
        `INSERT INTO blueprint_schedules (blueprint_id, org_id, cron, timezone, only_if_changed, enabled, image_types, caller,
          next_run_at, failures)
        VALUES ($1, $2, $3, $4, $5, true, $6, $7, date_trunc('second', now()) + make_interval(secs => $8), $9)`,
        [
          ...[blueprintId, schedule.orgId ?? ORG, schedule.cron ?? '0 3 * * *', schedule.timezone ?? 'UTC'],
          ...[
            schedule.onlyIfChanged ?? false,
            schedule.imageTypes ?? null,
            json(caller),
            dueIn,
            schedule.failures ?? 0,
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
  };
};
