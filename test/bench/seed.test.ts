import { expect } from 'chai';
import { describe, it } from 'mocha';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import { blueprintIdOf, blueprintNameOf, composeIdOf, organizationOf, type Group } from '../../scripts/bench/fleet.ts';
import { createOriginalSchema, seedGroup } from '../../scripts/bench/seed.ts';
import { createTestDatabase } from '../support/database.ts';

const GROUP: Group = { first: 10_000_000, organizations: 2, composes: 4, blueprints: 3, versions: 2 };
const { signal } = new AbortController();

describe('a seeded database', () => {
  it('has composes and blueprints under the ids that requests name', async () => {
    await using database = await createTestDatabase({ empty: true });
    const { sql } = database;
    await createOriginalSchema(sql);
    await seedGroup(sql, GROUP, signal);
    const organization = organizationOf(GROUP, 1);
    const composes = await sql.query<{ job_id: string }>('SELECT job_id FROM composes WHERE org_id = $1', [
      organization,
    ]);
    const blueprints = await sql.query<{ id: string; name: string; versions: number }>(
      `SELECT blueprints.id, name, count(*)::int AS versions
       FROM blueprints JOIN blueprint_versions ON blueprint_id = blueprints.id
       WHERE org_id = $1 GROUP BY blueprints.id, name ORDER BY name`,
      [organization],
    );
    const ids = [1, 2, 3, 4].map((number) => composeIdOf(organization, number));
    expect(composes.rows.map(({ job_id: id }) => id)).to.have.members(ids);
    expect(blueprints.rows).to.deep.equal(
      [1, 2, 3].map((number) => ({
        ...{ id: blueprintIdOf(organization, number), name: blueprintNameOf(number), versions: 1 + (number % 2) },
      })),
    );
  });

  it('can be adopted', async () => {
    await using database = await createTestDatabase({ empty: true });
    await createOriginalSchema(database.sql);
    await seedGroup(database.sql, GROUP, signal);
    await prepareDatabase(database.config, () => {});
    const { rows } = await database.sql.query('SELECT count(*)::int AS composes FROM composes');
    expect(rows).to.deep.equal([{ composes: 8 }]);
  });
});
