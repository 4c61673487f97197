// What the original service asks its database, as the schema it shares with this one has to answer. Written from the description
// of its queries; each does what that says of it, no matter how it is worded there.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

/** What the original's queries are asked about. */
export interface Subject {
  readonly orgId: string;
  readonly composeIds: readonly string[];
  readonly blueprintIds: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/** Seconds that lists go back. */
const WINDOW = 14 * 24 * 3600;

const inWindow = `composes.created_at >= CURRENT_TIMESTAMP::timestamp - make_interval(secs => $2)`;
const ofTypes = `($3::text[] IS NULL OR composes.request->'image_requests'->0->>'image_type' <> ALL ($3))`;
const page = `ORDER BY composes.created_at DESC LIMIT 100 OFFSET 0`;
const composeColumns = `composes.job_id, composes.request, composes.created_at, composes.image_name, composes.client_id`;
const listed = `FROM composes LEFT JOIN blueprint_versions v ON v.id = composes.blueprint_version_id
  WHERE composes.org_id = $1 AND NOT composes.deleted AND ${inWindow} AND ${ofTypes}`;
const ofBlueprint = `FROM composes
  JOIN blueprint_versions v ON v.id = composes.blueprint_version_id
  JOIN blueprints b ON b.id = v.blueprint_id
  WHERE composes.org_id = $1 AND b.org_id = $1 AND NOT composes.deleted AND NOT b.deleted AND ${inWindow} AND ${ofTypes}
    AND b.id = $4 AND ($5::int IS NULL OR v.version = $5)`;
const grouped = (condition: string): string => `
  SELECT b.id, b.name, b.description, max(v.version) AS version, max(v.created_at) AS last_modified_at
  FROM blueprints b JOIN blueprint_versions v ON v.blueprint_id = b.id
  WHERE b.org_id = $1 AND NOT b.deleted AND ${condition}
  GROUP BY b.id, b.name, b.description ORDER BY max(v.created_at) DESC LIMIT 100 OFFSET 0`;
const found = `(b.name ILIKE '%' || $2 || '%' OR b.description ILIKE '%' || $2 || '%')`;

const listParameters = ({ orgId }: Subject): unknown[][] => [
  [orgId, WINDOW, null],
  [orgId, WINDOW, ['aws', 'guest-image']],
  [orgId, 3600, null],
];
const composes = ({ orgId, composeIds }: Subject): unknown[][] => composeIds.map((id) => [orgId, id]);
const blueprints = ({ orgId, blueprintIds }: Subject): unknown[][] => blueprintIds.map((id) => [orgId, id]);
const versions = (subject: Subject): unknown[][] =>
  blueprints(subject).flatMap((values) => [null, 1, 2, 99].map((version) => [...values, version]));
const blueprintComposes = (subject: Subject): unknown[][] =>
  subject.blueprintIds.flatMap((id) =>
    [null, 1].flatMap((version) => listParameters(subject).map((values) => [...values, id, version])),
  );

/** Queries that only read, each with what it is asked with. */
export const READS: Readonly<Record<string, readonly [text: string, parameters: (subject: Subject) => unknown[][]]>> = {
  'get compose': [
    `SELECT ${composeColumns}, composes.blueprint_version_id FROM composes WHERE org_id = $1 AND job_id = $2 AND NOT deleted`,
    composes,
  ],
  'list composes': [`SELECT ${composeColumns}, v.blueprint_id, v.version ${listed} ${page}`, listParameters],
  'count composes (list)': [`SELECT count(*) ${listed}`, listParameters],
  'count composes (quota)': [
    `SELECT count(*) FROM composes WHERE org_id = $1 AND ${inWindow}`,
    ({ orgId }) => [
      [orgId, WINDOW],
      [orgId, 10 * 365 * 24 * 3600],
    ],
  ],
  'image type of a compose': [
    `SELECT request->'image_requests'->0->>'image_type' AS type FROM composes WHERE org_id = $1 AND job_id = $2`,
    composes,
  ],
  'latest version number': [
    `SELECT max(v.version) AS version FROM blueprint_versions v JOIN blueprints b ON b.id = v.blueprint_id
    WHERE b.org_id = $1 AND b.id = $2 AND NOT b.deleted`,
    blueprints,
  ],
  'get blueprint': [
    `SELECT b.id, v.id AS version_id, b.name, b.description, v.version, v.body, b.metadata, v.service_snapshots
    FROM blueprints b JOIN blueprint_versions v ON v.blueprint_id = b.id
    WHERE b.org_id = $1 AND b.id = $2 AND NOT b.deleted AND ($3::int IS NULL OR v.version = $3)
    ORDER BY v.created_at DESC LIMIT 1`,
    versions,
  ],
  'list blueprints': [grouped('true'), ({ orgId }) => [[orgId]]],
  'search blueprints': [grouped(found), ({ orgId }) => ['web', 'ü', '%', ''].map((search) => [orgId, search])],
  'blueprints by name': [grouped('b.name = $2'), ({ orgId }) => ['web', 'WEB', ''].map((name) => [orgId, name])],
  'count blueprints': [
    `SELECT count(*) FROM blueprints b WHERE b.org_id = $1 AND NOT b.deleted`,
    ({ orgId }) => [[orgId]],
  ],
  'count blueprints (search)': [
    `SELECT count(*) FROM blueprints b WHERE b.org_id = $1 AND NOT b.deleted AND ${found}`,
    ({ orgId }) => ['web', '%'].map((search) => [orgId, search]),
  ],
  'blueprint composes': [
    `SELECT ${composeColumns}, v.blueprint_id, v.version ${ofBlueprint} ${page}`,
    blueprintComposes,
  ],
  'count blueprint composes': [`SELECT count(*) ${ofBlueprint}`, blueprintComposes],
};

/** Answers of all reading queries about a subject. */
export async function answersOf(sql: Client, subject: Subject): Promise<Readonly<Record<string, Row[][]>>> {
  const answers: Record<string, Row[][]> = {};
  for (const [name, [text, parameters]] of Object.entries(READS)) {
    const own: Row[][] = [];
    for (const values of parameters(subject)) own.push((await sql.query<Row>(text, values)).rows);
    answers[name] = own;
  }
  return answers;
}

const BODY = JSON.stringify({ customizations: {}, distribution: 'centos-9', image_requests: [] });

/** The original's writing queries, each of which does to the database what its operation does. */
export function createWrites(sql: Client, orgId: string) {
  return {
    insertCompose: async (versionId: string | null = null): Promise<string> => {
      const id = randomUUID();
      await sql.query(
        `INSERT INTO composes (job_id, request, created_at, account_number, email, org_id, image_name, client_id, blueprint_version_id)
      VALUES ($1, $2, CURRENT_TIMESTAMP, '500', 'user@example.test', $3, 'an image', 'ui', $4)`,
        [id, { distribution: 'centos-9', image_requests: [{ image_type: 'aws' }] }, orgId, versionId],
      );
      return id;
    },
    deleteCompose: async (id: string): Promise<number | null> =>
      (await sql.query('UPDATE composes SET deleted = true WHERE org_id = $1 AND job_id = $2', [orgId, id])).rowCount,
    insertBlueprint: async (name: string): Promise<{ id: string; versionId: string }> => {
      const [id, versionId] = [randomUUID(), randomUUID()];
      await sql.query('BEGIN');
      await sql.query(
        `INSERT INTO blueprints (id, org_id, account_number, name, description, metadata) VALUES ($1, $2, '500', $3, '', NULL)`,
        [id, orgId, name],
      );
      await sql.query(`INSERT INTO blueprint_versions (id, blueprint_id, version, body) VALUES ($1, $2, 1, $3)`, [
        ...[versionId, id, BODY],
      ]);
      await sql.query('COMMIT');
      return { id, versionId };
    },
    updateBlueprint: async (id: string, name: string): Promise<number | null> => {
      await sql.query('BEGIN');
      const { rowCount } = await sql.query(
        `UPDATE blueprints SET name = $3, description = 'changed' WHERE id = $2 AND org_id = $1 AND NOT deleted`,
        [orgId, id, name],
      );
      if (rowCount !== 0) {
        await sql.query(
          `INSERT INTO blueprint_versions (id, blueprint_id, version, body)
        SELECT $2, $1, max(version) + 1, $3 FROM blueprint_versions WHERE blueprint_id = $1`,
          [id, randomUUID(), BODY],
        );
      }
      await sql.query('COMMIT');
      return rowCount;
    },
    deleteBlueprint: async (id: string): Promise<number | null> => {
      await sql.query(
        `UPDATE composes SET deleted = true WHERE org_id = $1
        AND blueprint_version_id IN (SELECT id FROM blueprint_versions WHERE blueprint_id = $2)`,
        [orgId, id],
      );
      return (
        await sql.query(`UPDATE blueprints SET deleted = true, name = id WHERE org_id = $1 AND id = $2`, [orgId, id])
      ).rowCount;
    },
  };
}
