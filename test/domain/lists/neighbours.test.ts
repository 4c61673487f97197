import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Reply } from '../../support/client.ts';
import { composeRequest } from '../../support/given.ts';
import { startService, type TestService } from '../../support/service.ts';

const PREFIX = '/api/image-builder/v1.0';

interface Neighbours {
  readonly next?: string;
  readonly previous?: string;
}

/** The addresses of the header `Link`. */
const inHeader = ({ headers }: Reply): Neighbours => {
  const links = [...String(headers['link'] ?? '').matchAll(/<([^>]+)>; rel="(next|prev)"/g)];
  return Object.fromEntries(links.map(([, url, rel]) => [rel === 'prev' ? 'previous' : rel, url]));
};

const inBody = ({ body }: Reply): Neighbours => body.links;

interface Entry {
  readonly id?: string;
  readonly name?: string;
  readonly version?: number;
}

/** Reads a list to its end by the addresses of the next pages, and back. @returns the entries of each way, page by page */
const walk = async (service: TestService, path: string, neighboursOf: (reply: Reply) => Neighbours) => {
  const ways: string[][][] = [];
  let start = path;
  for (const direction of ['next', 'previous'] as const) {
    const pages: string[][] = [];
    for (let address: string | undefined = start; address !== undefined;) {
      const reply: Reply = await service.as().get(address);
      expect(reply.status, reply.text).to.equal(200);
      pages.push(reply.body.data.map(({ id, name, version }: Entry) => id ?? name ?? String(version)));
      start = address;
      address = neighboursOf(reply)[direction]?.slice(PREFIX.length);
    }
    ways.push(pages);
  }
  return ways;
};

const expectWalk = async (service: TestService, path: string, neighboursOf: (reply: Reply) => Neighbours) => {
  const [forth = [], back = []] = await walk(service, path, neighboursOf);
  expect(
    forth.map((page) => page.length),
    path,
  ).to.deep.equal([2, 2, 1]);
  expect(back.toReversed(), path).to.deep.equal(forth);
  const whole = await service.as().get(path.replace('limit=2', 'limit=100'));
  expect(forth.flat().length, path).to.equal(new Set(forth.flat()).size);
  expect(forth.flat(), path).to.deep.equal(
    whole.body.data.map(({ id, name, version }: Entry) => id ?? name ?? String(version)),
  );
};

const FIVE = [0, 1, 2, 3, 4];

describe('published lists', () => {
  it('name the pages beside each in the header Link, with all parameters, and not in the body', async () => {
    await using service = await startService();
    const { given } = service;
    const blueprint = await given.blueprint();
    const [version = null] = blueprint.versionIds;
    for (const index of FIVE) {
      await given.compose({ createdAt: new Date(Date.now() - index * 1000), blueprintVersionId: version });
      await given.blueprint({ name: `a ${index}` });
    }
    await given.compose({ request: { ...composeRequest, distribution: 'rhel-9' } });
    for (const path of [
      '/composes?distribution=centos-9&limit=2',
      `/blueprints/${blueprint.id}/composes?limit=2`,
      `/blueprints/${blueprint.id}/composes?blueprint_version=1&limit=2`,
      '/blueprints?search=a%20&limit=2',
      '/blueprints?search=a%20&sort=-name&limit=2',
    ]) {
      await expectWalk(service, path, inHeader);
      expect(Object.keys((await service.as().get(path)).body.links), path).to.deep.equal(['first', 'last']);
    }
  });

  it('include packages', async () => {
    await using service = await startService();
    const path = '/packages?distribution=centos-9&architecture=x86_64&search=';
    const { count } = (await service.as().get(path)).body.meta;
    expect(count).to.be.above(2);
    const [forth = [], back = []] = await walk(service, `${path}&limit=2`, inHeader);
    expect(forth.flat()).to.have.length(count);
    expect(back.toReversed()).to.deep.equal(forth);
  });

  it('have no such header for one page, for a name, and with a cursor', async () => {
    await using service = await startService();
    for (const index of FIVE) await service.given.blueprint({ name: `a ${index}` });
    for (const path of ['/blueprints', '/blueprints?name=a%201&offset=3', '/blueprints?limit=2&cursor=', '/composes'])
      expect((await service.as().get(path)).headers, path).not.to.have.property('link');
  });

  it('lead from beyond the end back to the last page, and from an odd offset to the first', async () => {
    await using service = await startService();
    for (const index of FIVE) await service.given.blueprint({ name: `a ${index}` });
    const linksOf = async (query: string) => inHeader(await service.as().get(`/blueprints?${query}`));
    expect(await linksOf('limit=2&offset=40')).to.deep.equal({ previous: `${PREFIX}/blueprints?limit=2&offset=4` });
    expect(await linksOf('limit=2&offset=1')).to.deep.equal({
      next: `${PREFIX}/blueprints?limit=2&offset=3`,
      previous: `${PREFIX}/blueprints?limit=2&offset=0`,
    });
  });
});

describe('the other lists', () => {
  it('name the pages beside each in their links', async () => {
    await using service = await startService();
    const { given } = service;
    const { id } = await given.blueprint({ versions: FIVE.map(() => ({ distribution: 'centos-9' })) });
    const compose = await given.compose();
    for (const index of FIVE) {
      await given.auditEntry({ objectId: id, occurredAt: new Date(Date.now() - index * 1000) });
      await given.clone({ composeId: compose, createdAt: new Date(Date.now() - index * 1000) });
    }
    const hooks: string[] = [];
    for (const _ of FIVE) hooks.push(await given.webhook());
    for (const _ of FIVE) await given.delivery(hooks[0] ?? '');
    for (const path of [
      ...['/webhooks?limit=2', `/webhooks/${hooks[0]}/deliveries?limit=2`, `/composes/${compose}/clones?limit=2`],
      ...[`/blueprints/${id}/versions?limit=2`, `/audit?object_id=${id}&limit=2`],
    ])
      await expectWalk(service, path, inBody);
  });
});
