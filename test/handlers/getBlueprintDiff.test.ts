import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintBody } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

const withCustomizations = (customizations: object) => ({ ...blueprintBody, customizations });

const THREE = [{ packages: ['a'] }, { packages: ['a', 'b'] }, { packages: ['b'], hostname: 'web' }].map(
  withCustomizations,
);

const diffOf = async (service: TestService, id: string, query = '') => {
  const reply = await service.as().get(`/blueprints/${id}/diff${query}`);
  expect(reply.status, reply.text).to.equal(200);
  return reply.body;
};

describe('getBlueprintDiff', () => {
  it('compares the newest version with the one before it, when nothing is said', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: THREE });
    expect(await diffOf(service, id)).to.deep.equal([
      { op: 'add', path: '/customizations/hostname', value: 'web' },
      { op: 'remove', path: '/customizations/packages/0' },
    ]);
  });

  it('compares the versions that are named, in that direction', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: THREE });
    const added = [{ op: 'add', path: '/customizations/packages/1', value: 'b' }];
    const removed = [{ op: 'remove', path: '/customizations/packages/1' }];
    expect(await diffOf(service, id, '?from=1&to=2')).to.deep.equal(added);
    expect(await diffOf(service, id, '?to=2')).to.deep.equal(added);
    expect(await diffOf(service, id, '?from=2&to=1')).to.deep.equal(removed);
    expect(await diffOf(service, id, '?from=3')).to.deep.equal([]);
    expect(await diffOf(service, id, '?from=1')).to.deep.equal([
      { op: 'add', path: '/customizations/hostname', value: 'web' },
      { op: 'replace', path: '/customizations/packages/0', value: 'b' },
    ]);
  });

  it('shows no passwords: neither what they were nor that one was exchanged for another', async () => {
    await using service = await startService();
    const users = (...list: object[]) => withCustomizations({ users: list });
    const { id } = await service.given.blueprint({
      versions: [
        users({ name: 'a', password: '$6$one$secret' }),
        users({ name: 'a', password: '$6$two$secret' }),
        users({ name: 'a' }, { name: 'b', password: '$6$three$secret' }),
        withCustomizations({}),
      ],
    });
    expect(await diffOf(service, id, '?from=1&to=2')).to.deep.equal([]);
    expect(await diffOf(service, id, '?from=2&to=3')).to.deep.equal([
      { op: 'replace', path: '/customizations/users/0/hasPassword', value: false },
      { op: 'add', path: '/customizations/users/1', value: { name: 'b', hasPassword: true } },
    ]);
    for (const query of ['', '?from=1', '?from=4&to=1', '?from=4&to=3']) {
      expect(JSON.stringify(await diffOf(service, id, query)))
        .not.to.contain('$6$')
        .and.not.to.contain('secret');
    }
  });

  it('leaves out what has no versions', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      versions: [
        { ...blueprintBody, name: 'old', description: 'of an earlier release' },
        { ...blueprintBody, name: 'new' },
      ],
    });
    expect(await diffOf(service, id)).to.deep.equal([]);
  });

  it('contains integers of all sizes as they are stored', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint({ versions: [blueprintBody, blueprintBody] });
    await service.sql.query(
      `UPDATE blueprint_versions SET body = jsonb_set(body, '{image_requests,0,size}',
        CASE version WHEN 1 THEN '18446744073709551614'::jsonb ELSE '18446744073709551615' END) WHERE id = ANY ($1)`,
      [versionIds],
    );
    // Larger than what requests may have, and therefore checked by nobody.
    const { text, status } = await service.as().get(`/blueprints/${id}/diff`);
    expect(status, text).to.equal(200);
    expect(text).to.equal('[{"op":"replace","path":"/image_requests/0/size","value":18446744073709551615}]\n');
  });

  it('refuses numbers that no version can have, naming them', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: THREE });
    for (const [query, name] of [
      ...['0', '-1', 'x', '1.5', '2147483648', ''].map((odd) => [`?from=${odd}`, 'from'] as const),
      ...['0', '-1', 'newest'].map((odd) => [`?to=${odd}`, 'to'] as const),
    ]) {
      expect(await service.as().get(`/blueprints/${id}/diff${query}`), query).to.be.refused(
        400,
        new RegExp(`^parameter "${name}" in query`),
      );
    }
  });

  it('refuses the first version without another to compare it with', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    for (const query of ['', '?to=1']) {
      expect(await service.as().get(`/blueprints/${id}/diff${query}`)).to.be.refused(
        400,
        /version 1 has none before it/,
      );
    }
    expect(await diffOf(service, id, '?from=1')).to.deep.equal([]);
  });

  it('responds 404 for an unknown version, which it names beside the newest one', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: THREE });
    for (const [query, version] of [
      ['?from=4', 4],
      ['?to=4', 4],
      ['?from=9&to=1', 9],
      ['?to=2147483647', 2147483647],
    ] as const) {
      expect(await service.as().get(`/blueprints/${id}/diff${query}`)).to.be.refused(
        404,
        `the blueprint has no version ${version}: its newest version is 3`,
      );
    }
  });

  it('responds 404 for unknown and deleted blueprints, and for blueprints of another organization', async () => {
    await using service = await startService();
    const stranger = await service.given.blueprint({ orgId: '000001', versions: THREE });
    const deleted = await service.given.blueprint({ deleted: true, versions: THREE });
    for (const id of [UNKNOWN, stranger.id, deleted.id]) {
      for (const query of ['', '?from=1&to=2']) {
        expect(await service.as().get(`/blueprints/${id}/diff${query}`)).to.be.refused(404, 'blueprint not found');
      }
    }
  });
});
