import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintIdOf, composeIdOf, createFleet, organizationOf, type Group } from '../../scripts/bench/fleet.ts';
import { COUNTER, type BenchRequest } from '../../scripts/bench/load.ts';
import { largeRowRequests, oneTenantRequests, rowRequests } from '../../scripts/bench/requests.ts';
import { LARGE_ROWS, ROWS } from '../../scripts/bench/targets.ts';

const organizationIn = ({ headers }: BenchRequest): string => {
  const text = Buffer.from(headers['x-rh-identity'] ?? '', 'base64').toString();
  return (JSON.parse(text) as { identity: { org_id: string } }).identity.org_id;
};

const fleet = createFleet(3);
const first = organizationOf(fleet.readers, 0);

describe('the requests of a row', () => {
  it('are of another organization than the request before', () => {
    const organizations = rowRequests('version', fleet).map(organizationIn);
    expect(organizations.slice(0, 4)).to.deep.equal(['10000000', '10000001', '10000002', '10000000']);
  });

  it('are ten of each organization, with different composes', () => {
    const requests = rowRequests('compose-status', fleet);
    const own = requests.filter((request) => organizationIn(request) === first);
    const expected = Array.from({ length: 10 }, (_, index) => composeIdOf(first, index + 1));
    expect(requests).to.have.length(30);
    expect(own.map(({ path }) => path.split('/').at(-1))).to.deep.equal(expected);
  });

  it('read every unread compose once', () => {
    const requests = rowRequests('first-read', fleet);
    expect(new Set(requests.map(({ path }) => path)).size).to.equal(3 * fleet.unread.composes);
  });

  it('write in other organizations than those that are read, so that lists do not grow', () => {
    const organizationsOf = (name: Parameters<typeof rowRequests>[0]) => rowRequests(name, fleet).map(organizationIn);
    const readers = new Set(organizationsOf('composes-10'));
    for (const name of ['compose', 'blueprint-compose', 'create-blueprint', 'update-blueprint'] as const) {
      expect(
        organizationsOf(name).filter((organization) => readers.has(organization)),
        name,
      ).to.deep.equal([]);
    }
  });

  it('have a number in the name of a new blueprint that differs in every request', () => {
    const [create] = rowRequests('create-blueprint', fleet);
    expect((JSON.parse(create?.body ?? '') as { name: string }).name).to.contain(COUNTER);
  });

  it('update a seeded blueprint under the name that it has', () => {
    const [update] = rowRequests('update-blueprint', fleet);
    expect(update?.path).to.match(new RegExp(`/blueprints/${blueprintIdOf(organizationOf(fleet.writers, 0), 1)}$`));
    expect((JSON.parse(update?.body ?? '') as { name: string }).name).to.equal('blueprint number 0000001');
  });

  it('exist for every row, and are those of the first organization for one tenant', () => {
    for (const { name } of ROWS) {
      expect(rowRequests(name, fleet), name).not.to.have.length(0);
      const repeated = name === 'first-read' ? null : rowRequests(name, fleet).slice(0, 1);
      expect(oneTenantRequests(name, fleet), name).to.deep.equal(repeated);
    }
  });

  it('carry an identity of about 1.6 kB', () => {
    const [request] = rowRequests('version', fleet);
    expect(request?.headers['x-rh-identity']?.length).to.be.within(1_500, 1_700);
  });
});

describe('the requests of a large tenant', () => {
  const group: Group = { first: 1, organizations: 1, composes: 1_000, blueprints: 110, versions: 1 };
  const pathsOf = (name: Parameters<typeof largeRowRequests>[0], deep: boolean) =>
    largeRowRequests(name, group, deep).map(({ path }) => path);

  it('name its deep pages, and those of a small tenant its first ones', () => {
    expect(pathsOf('composes-deep', true)[0]).to.match(/limit=10&offset=900$/);
    expect(pathsOf('composes-deep', false)[0]).to.match(/limit=10&offset=0$/);
  });

  it('search for blueprints all over the list', () => {
    expect(pathsOf('blueprints-search', true)[4]).to.match(/search=blueprint%20number%200000050$/);
  });

  it('differ from each other', () => {
    for (const { name } of LARGE_ROWS) {
      const texts = largeRowRequests(name, group, true).map(({ path, body }) => `${path} ${body}`);
      expect(new Set(texts).size, name).to.equal(10);
    }
  });
});
