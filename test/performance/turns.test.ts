import { randomUUID } from 'node:crypto';
import { createServer, Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { contractOperations, type ContractOperation } from '../security/contract.ts';
import { giveObjects } from '../security/organization.ts';
import { namesObject, requestFor, type Objects } from '../security/recipes.ts';
import { guestImageRequest } from '../support/given.ts';
import { identityHeader, ORG } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';
import { COMPOSER_RESPONSES, LARGE_BODIES, LARGE_CUSTOMIZATIONS } from './requests.ts';
import { slowness, startTurnMeter } from './turn-meter.ts';

/** Milliseconds of processor time: 20, and 5 for the client and the composer of the test. */
const LIMIT = 25;

/** The first request compiles code, and the clock of a thread has ticks of four milliseconds: a turn near the limit can show one more. */
const ROUNDS = 15;

/** Prints the figures of all operations instead of checking them. */
const SHOW = process.env['SHOW_TURNS'] !== undefined;

const startServices = async () => {
  const server = createServer((req, res) => {
    req.resume().once('end', () => {
      const { url = '', method } = req;
      const [, kind = ''] = /\/composes\/[^/]+\/(metadata|sboms|logs)$/.exec(url) ?? [];
      const large = (COMPOSER_RESPONSES as Readonly<Record<string, string | undefined>>)[kind];
      const others = { data: [], meta: { count: 0 }, links: {}, packages: ['certbot'], modelVersion: '7' };
      const status = { status: 'pending', image_status: { status: 'building' } };
      const small =
        url === '/token' ? { access_token: 't', expires_in: 3600 } : method === 'POST' ? { id: randomUUID() } : status;
      res.writeHead(method === 'POST' && url !== '/token' ? 201 : 200, { 'content-type': 'application/json' });
      if (url.startsWith('/others/')) res.end(JSON.stringify(others));
      else res.end(large ?? JSON.stringify(small));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      ...{
        CONTENT_SOURCES_URL: `${url}/others`,
        RECOMMENDATIONS_URL: `${url}/others`,
        COMPLIANCE_URL: `${url}/others`,
      },
      RECOMMENDATIONS_TOKEN_URL: `${url}/token`,
      COMPOSER_URL: url,
      COMPOSER_TOKEN_URL: `${url}/token`,
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

let objectNumber = 2;

const agent = new Agent({ keepAlive: true });

/** Sends a prepared body, and drops the response: what this costs is a millisecond. */
const send = (port: number, method: string, target: string, body: Buffer | null): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      'x-rh-identity': identityHeader({ orgId: ORG }),
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
    };
    const req = request({ host: '127.0.0.1', port, agent, method, path: API_PATH + target, headers }, (res) => {
      res.resume().once('end', () => resolve(res.statusCode ?? 0));
    });
    req.once('error', reject);
    req.end(body ?? undefined);
  });

/** An organization's objects, the blueprint and its compose as large as they can be. */
const giveLargeObjects = async ({ given }: TestService, small: Objects, customizations: object): Promise<Objects> => {
  const body = { distribution: 'centos-9', image_requests: [guestImageRequest], customizations };
  const changed = JSON.parse(JSON.stringify(body).replaceAll('1', '2')) as object;
  const { id, versionIds } = await given.blueprint({ name: randomUUID(), versions: [body, changed] });
  const compose = await given.compose({ request: body, blueprintVersionId: versionIds[1] ?? null });
  return { ...small, blueprint: id, compose };
};

describe('the longest turn of the event loop', () => {
  let service: TestService;
  let services: Awaited<ReturnType<typeof startServices>>;
  let small: Objects;
  const large = new Map<string, Objects>();
  before(async () => {
    services = await startServices();
    service = await startService({ env: { ...services.env, RESPONSE_VALIDATION: 'off' } });
    small = await giveObjects(service, ORG);
    for (const [what, customizations] of Object.entries(LARGE_CUSTOMIZATIONS))
      large.set(what, await giveLargeObjects(service, small, customizations));
    // Indexes the composes, which other implementations may have stored.
    await send(service.port, 'GET', '/composes', null);
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    services.close();
    agent.destroy();
  });

  /** Milliseconds of the longest turn during a request, in the best of several rounds. */
  const longestTurn = async (operation: ContractOperation, what: string): Promise<number> => {
    const bodyOf = LARGE_BODIES[operation.id];
    const isLarge = bodyOf !== undefined && what in bodyOf('');
    let best = Infinity;
    for (let round = 0; round < ROUNDS; round += 1) {
      const customizations = LARGE_CUSTOMIZATIONS[what];
      const objects =
        operation.method === 'DELETE' && customizations
          ? await giveLargeObjects(service, await giveObjects(service, ORG, objectNumber++), customizations)
          : (large.get(what) ?? small);
      const { method, target, body } = requestFor(operation, objects);
      const sent = isLarge ? bodyOf(randomUUID())[what] : body;
      const bytes = sent === undefined ? null : Buffer.from(JSON.stringify(sent));
      await new Promise(setImmediate);
      using meter = startTurnMeter();
      await send(service.port, method, target, bytes);
      best = Math.min(best, meter.take());
      if (best < LIMIT && !SHOW) break;
    }
    return best;
  };

  for (const operation of contractOperations)
    it(`is short for ${operation.id} at its limits`, async () => {
      const bodies = Object.keys(LARGE_BODIES[operation.id]?.('') ?? {});
      const contents = namesObject(operation) ? ['many files', 'a file of quotes'] : ['many files'];
      for (const what of new Set([...bodies, ...contents])) {
        const turn = await longestTurn(operation, what);
        if (SHOW) console.log(operation.id, what, turn.toFixed(1), slowness().toFixed(2));
        else expect(turn / slowness(), what).to.be.lessThan(LIMIT);
      }
    });
});
