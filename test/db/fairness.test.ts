import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

describe('the connections to the database', () => {
  it('are not all used by one organization: others are served while its statements take long', async () => {
    await using service = await startService({ env: { PGPOOLSIZE: '4' } });
    const many = service.as({ orgId: 'many' });
    const few = service.as({ orgId: 'few' });
    const { id } = await service.given.blueprint({ orgId: 'many' });
    expect((await few.get('/composes?image_type=guest-image')).status).to.equal(200);

    await service.sql.query('BEGIN');
    await service.sql.query('SELECT FROM blueprints WHERE id = $1 FOR UPDATE', [id]);
    const deletions = Array.from({ length: 8 }, () => many.delete(`/blueprints/${id}`));
    while (service.ctx.db.callers() < 8 || service.ctx.db.connections().used < 2) await nextTurn();
    for (let i = 0; i < 3; i += 1) {
      expect((await few.get('/composes?image_type=guest-image')).status).to.equal(200);
      expect(service.ctx.db.connections()).to.include({ used: 2, waiting: 0 });
    }
    await service.sql.query('COMMIT');
    const statuses = (await Promise.all(deletions)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).to.have.length(1);
    expect(statuses.filter((status) => status === 404)).to.have.length(7);
    while (service.ctx.db.callers() > 0) await nextTurn();
  });
});
