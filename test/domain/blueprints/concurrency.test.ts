import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../../support/service.ts';
import { blueprintRequest, HASH, withCustomizations } from './support.ts';

const WRITERS = 50;
const all = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: WRITERS }, (_, index) => work(index)));
const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** How often each status was answered. */
const statuses = (replies: readonly { status: number }[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('writers at the same time', () => {
  it('update one blueprint: every version is there once, and the newest is somebody’s', async () => {
    await using service = await startService();
    const { body } = await service.as().post('/blueprints', blueprintRequest());
    const path = `/blueprints/${body.id}`;
    const replies = await all((i) =>
      service.as().put(path, { ...withCustomizations({ hostname: `h${i}` }), name: `n${i}` }),
    );
    expect(statuses(replies)).to.deep.equal({ 200: WRITERS });

    const { rows } = await service.sql.query('SELECT version, body FROM blueprint_versions ORDER BY version');
    expect(rows.map(({ version }) => version)).to.deep.equal(oneTo(WRITERS + 1));
    const hostnames = rows.slice(1).map((row) => row.body.customizations.hostname);
    expect(new Set(hostnames).size).to.equal(WRITERS);
    const { body: newest } = await service.as().get(path);
    expect(newest).to.deep.include({ name: `n${hostnames.at(-1).slice(1)}` });
  });

  it('create blueprints of one name: one is stored, the others are refused', async () => {
    await using service = await startService();
    const replies = await all(() => service.as().post('/blueprints', blueprintRequest()));
    expect(statuses(replies)).to.deep.equal({ 201: 1, 422: WRITERS - 1 });
    const { rows } = await service.sql.query('SELECT b.name, v.version FROM blueprints AS b, blueprint_versions AS v');
    expect(rows).to.deep.equal([{ name: 'web server', version: 1 }]);
  });

  it('rename blueprints to one name: one gets it, the others are refused', async () => {
    await using service = await startService();
    const ids: string[] = [];
    for (let i = 0; i < WRITERS; i += 1) ids.push((await service.given.blueprint()).id);
    const replies = await Promise.all(ids.map((id) => service.as().put(`/blueprints/${id}`, blueprintRequest())));
    expect(statuses(replies)).to.deep.equal({ 200: 1, 422: WRITERS - 1 });
    const { rows } = await service.sql.query('SELECT id FROM blueprint_versions');
    expect(rows).to.have.length(WRITERS + 1);
  });

  it('update and repair one blueprint: every version is there once, and no password is lost', async () => {
    await using service = await startService();
    const users = [{ name: 'u', password: HASH }];
    const { body } = await service.as().post('/blueprints', withCustomizations({ users }));
    const replies = await all((i) =>
      i % 2
        ? service.as().put(`/blueprints/${body.id}`, withCustomizations({ users: [{ name: 'u' }] }))
        : service.as().post(`/experimental/blueprints/${body.id}/fixup`),
    );
    expect(statuses(replies)).to.deep.equal({ 200: WRITERS });
    const { rows } = await service.sql.query('SELECT version, body FROM blueprint_versions ORDER BY version');
    expect(rows.map(({ version }) => version)).to.deep.equal(oneTo(WRITERS + 1));
    for (const row of rows) expect(row.body.customizations.users).to.deep.equal(users);
  });

  it('change a password and leave it alone: it is never set back', async () => {
    await using service = await startService();
    const path = `/blueprints/${(await service.as().post('/blueprints', blueprintRequest())).body.id}`;
    const changed = { name: 'u', password: '$6$new$hash' };
    await service.as().put(path, withCustomizations({ users: [{ name: 'u', password: HASH }] }));
    await all((i) => service.as().put(path, withCustomizations({ users: [i === 7 ? changed : { name: 'u' }] })));
    const { rows } = await service.sql.query(
      `SELECT body #>> '{customizations,users,0,password}' AS password FROM blueprint_versions ORDER BY version`,
    );
    const passwords = rows.slice(1).map(({ password }) => password);
    const from = passwords.indexOf(changed.password);
    expect(from).to.be.greaterThan(0);
    expect(passwords).to.deep.equal(passwords.map((_, i) => (i < from ? HASH : changed.password)));
  });

  it('update and delete one blueprint: it ends deleted, with its name free', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const replies = await all((i) =>
      i === 20 ? service.as().delete(`/blueprints/${id}`) : service.as().put(`/blueprints/${id}`, blueprintRequest()),
    );
    const counts = statuses(replies);
    expect(counts[204]).to.equal(1);
    expect((counts[200] ?? 0) + (counts[404] ?? 0)).to.equal(WRITERS - 1);
    const { rows } = await service.sql.query('SELECT name, deleted FROM blueprints');
    expect(rows).to.deep.equal([{ name: id, deleted: true }]);
    expect((await service.as().post('/blueprints', blueprintRequest())).status).to.equal(201);
  });
});
