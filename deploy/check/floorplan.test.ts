import { expect } from 'chai';
import { composeTexts } from '../../src/domain/compose-requests/compose-texts.ts';
import { after, before, describe, it } from 'mocha';
import { Client } from 'pg';
import { migrate } from '../../src/db/migrate.ts';
import { startTemporaryPostgres, type PostgresServer } from '../../scripts/support/embedded-postgres.ts';
import { processTemplate, readTemplate, type Yaml } from './openshift-template.ts';

const QUERIES = new Map<string, string>(
  processTemplate(readTemplate('openshift/image-builder.yml'), { IMAGE_TAG: 'abc1234' })
    .filter(({ kind }) => kind === 'FloorPlan')
    .flatMap(({ spec }) => (spec.queries as Yaml[]).map(({ prefix, query }) => [prefix, query])),
);

const BLUEPRINT = '00000000-0000-4000-8000-00000000000b';
const VERSION = '00000000-0000-4000-8000-00000000000c';

describe('exports of the FloorPlan', function () {
  this.timeout(60_000);
  let server: PostgresServer | null = null;
  let sql: Client;

  before(async () => {
    server = await startTemporaryPostgres();
    const { host, port, user, password } = server;
    const address = { host, port, user, password, database: 'postgres' };
    await migrate({ ...address, sslMode: 'disable', ca: null, poolSize: 1 }, composeTexts, () => {});
    sql = new Client(address);
    await sql.connect();
    await sql.query(
      `INSERT INTO blueprints (id, org_id, account_number, name, metadata) VALUES ($1, '000042', '', 'web', $2)`,
      [BLUEPRINT, { parent_id: VERSION, exported_at: '2026-01-01', is_on_prem: true }],
    );
    await sql.query(`INSERT INTO blueprint_versions (id, blueprint_id, version, body) VALUES ($1, $2, 3, '{}')`, [
      VERSION,
      BLUEPRINT,
    ]);
  });
  after(async () => {
    await sql?.end();
    await server?.stop();
  });

  /** What the export has of one stored request. */
  const rowsOf = async (request: object, blueprintVersion: string | null = null): Promise<Yaml[]> => {
    await sql.query('DELETE FROM composes');
    await sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id, email, client_id, blueprint_version_id)
       VALUES (gen_random_uuid(), $1, now(), '', '000042', 'me@example.com', 'ui', $2)`,
      [request, blueprintVersion],
    );
    return (await sql.query(QUERIES.get('image-builder/builds') ?? '')).rows;
  };

  const aws = { architecture: 'x86_64', image_type: 'aws', upload_request: { type: 'aws', options: {} } };
  const edge = {
    ...{ architecture: 'aarch64', image_type: 'edge-commit', upload_request: { type: 'aws.s3', options: {} } },
    ...{ ostree: { url: 'https://ostree.example.com' }, snapshot_date: '2026-01-02' },
  };

  it('have a row for every image of a build', async () => {
    const rows = await rowsOf({ distribution: 'rhel-9', image_requests: [aws, edge] }, VERSION);
    expect(rows.map((row) => row.image_type)).to.have.members(['aws', 'edge-commit']);
    expect(rows.find((row) => row.image_type === 'edge-commit')).to.include({
      ...{
        distribution: 'rhel-9',
        architecture: 'aarch64',
        upload_request_type: 'aws.s3',
        snapshot_date: '2026-01-02',
      },
      ...{ ostree_url: 'https://ostree.example.com', org_id: '000042', email: 'me@example.com', client_id: 'ui' },
      ...{ blueprint_id: BLUEPRINT, blueprint_version: 3, blueprint_deleted: false },
    });
  });

  it('have what an image was to contain', async () => {
    const customizations = {
      ...{ packages: ['nginx'], users: [{ name: 'a' }, { name: 'b' }], services: { enabled: ['nginx'] }, kernel: {} },
      ...{
        openscap: { profile_id: 'cis' },
        filesystem: [],
        hostname: 'web',
        aap_registration: { host_config_key: 'x' },
      },
    };
    const [row] = await rowsOf({
      bootc: { reference: 'images.example.com/os:9' },
      image_requests: [aws],
      customizations,
    });
    expect(row).to.deep.include({
      ...{ packages: ['nginx'], openscap: { profile_id: 'cis' }, filesystem: [], files: null, subscription: null },
      ...{ services: '{"enabled": ["nginx"]}', kernel: 'null', locale: null, hostname: 'web' },
      ...{ num_users: 2, aap_registration: true, bootc_reference: 'images.example.com/os:9', blueprint_id: null },
    });
  });

  it('do with a request that says little', async () => {
    for (const customizations of [undefined, null, {}, { users: null, aap_registration: {} }]) {
      const [row] = await rowsOf({ distribution: 'rhel-9', image_requests: [aws], customizations });
      expect(row, JSON.stringify(customizations)).to.include({ num_users: 0, aap_registration: false, packages: null });
    }
    expect(await rowsOf({ distribution: 'rhel-9' })).to.deep.equal([]);
  });

  it('have a row for every version of a blueprint', async () => {
    const { rows } = await sql.query(QUERIES.get('image-builder/blueprints') ?? '');
    expect(rows).to.deep.equal([
      {
        blueprint_id: BLUEPRINT,
        version: 3,
        deleted: false,
        exported_at: '2026-01-01',
        parent_id: VERSION,
        is_on_prem: 'true',
      },
    ]);
  });
});
