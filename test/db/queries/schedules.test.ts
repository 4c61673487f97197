import { expect } from 'chai';
import { describe, it } from 'mocha';
import { connectTo } from '../../../scripts/support/databases.ts';
import { composeTexts } from '../../../src/domain/compose-requests/compose-texts.ts';
import { createDatabase } from '../../../src/db/index.ts';
import { createTestDatabase } from '../../support/database.ts';
import { createGiven } from '../../support/given.ts';

describe('the schedule of a blueprint', () => {
  it('is deleted with the blueprint, also when another request has set it at the same moment', async () => {
    await using database = await createTestDatabase();
    const { sql, config } = database;
    const db = createDatabase(config, { composeTexts });
    const { id } = await createGiven(sql).blueprint({ orgId: '1' });
    // The other request, whose statement has not ended yet.
    const setting = await connectTo(config, config.database);
    await setting.query('BEGIN');
    await setting.query(
      `INSERT INTO blueprint_schedules (blueprint_id, org_id, cron, timezone, only_if_changed, enabled, caller)
      SELECT id, org_id, '0 4 * * *', 'UTC', false, true, '{}' FROM blueprints WHERE id = $1 FOR SHARE`,
      [id],
    );
    const deleting = db.blueprints.delete('1', id, null, null);
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await sql.query(waits)).rowCount === 0);
    await setting.query('COMMIT');
    await setting.end();
    expect(await deleting).to.equal('deleted');
    expect((await sql.query('SELECT FROM blueprint_schedules')).rowCount).to.equal(0);
    await db.close();
  });
});
