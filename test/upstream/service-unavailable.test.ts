// What callers of the service get while another service is away, or asked more than it may be: tried against real servers.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createComposer } from '../../src/upstream/composer.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { Client, Reply } from '../support/client.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../support/given.ts';
import { PATIENCE } from '../support/patience.ts';
import { startService, type TestService } from '../support/service.ts';
import { json, startLoopback, useRealConnections, type Loopback, type ReceivedRequest } from './loopback.ts';
import { capturedLogger, createClock, NO_LIMITS } from './support.ts';

const POLICY = '12345678-90ab-cdef-1234-567890abcdef';

/** As much of the other services as the requests below take. */
const answerWell = ({ url, method }: ReceivedRequest, response: ServerResponse): void => {
  const { pathname } = new URL(url, 'http://localhost');
  if (pathname.endsWith('-token')) return json(response, 200, { access_token: 'token', expires_in: 900 });
  if (pathname.startsWith('/content-sources/')) return json(response, 200, { data: [], meta: { count: 0 } });
  if (pathname.endsWith('/openapi')) return json(response, 200, {});
  if (pathname.endsWith('/compose') && method === 'POST') {
    return json(response, 201, { href: '/compose', kind: 'ComposeId', id: randomUUID() });
  }
  if (pathname.includes('/composes/')) {
    return json(response, 200, {
      ...{ href: '/composes', kind: 'ComposeStatus', id: POLICY, status: 'pending' },
      image_status: { status: 'building' },
    });
  }
  return json(response, 404, {});
};

/** All other services on one server, of which those below some paths are away. */
const startOthers = async (): Promise<Loopback & { away: RegExp | null; readonly env: Record<string, string> }> => {
  const server = await startLoopback((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (others.away?.test(pathname)) json(response, 503, { words: 'of a gateway' });
    else answerWell(request, response);
  });
  const { url } = server;
  const others = Object.assign(server, {
    away: null as RegExp | null,
    env: {
      ...{ COMPOSER_URL: `${url}/composer`, COMPOSER_TOKEN_URL: `${url}/composer-token` },
      ...{ CONTENT_SOURCES_URL: `${url}/content-sources`, PROVISIONING_URL: `${url}/provisioning` },
      ...{ COMPLIANCE_URL: `${url}/compliance`, RECOMMENDATIONS_URL: `${url}/recommendations` },
      RECOMMENDATIONS_TOKEN_URL: `${url}/recommendations-token`,
    },
  });
  return others;
};

/** What there is to be asked for. */
interface Subjects {
  readonly build: string;
  /** A blueprint that takes nothing but composer. */
  readonly plain: string;
  /** A blueprint that follows a policy and has a repository of its own. */
  readonly hardened: string;
}

type Ask = (client: Client, subjects: Subjects) => Promise<Reply>;

const compose =
  (more: object = {}, image: object = {}): Ask =>
  (client) =>
    client.post('/compose', { ...composeRequest, ...more, image_requests: [{ ...guestImageRequest, ...image }] });
const rhel = { distribution: 'rhel-9.6' };
const hardened = { ...rhel, customizations: { openscap: { policy_id: POLICY } } };
const newBlueprint = { name: 'a blueprint', ...blueprintBody, ...hardened };
const recommend: Ask = (client) =>
  client.post('/experimental/recommendations', { packages: ['nginx'], recommendedPackages: 3, distribution: 'rhel9' });

interface Away {
  readonly service: string;
  readonly path: RegExp;
  /** The response to the caller. */
  readonly words: string;
  /** The operations that need the service. */
  readonly operations: Readonly<Record<string, Ask>>;
}

const asked: Readonly<Record<string, Ask>> = {
  'POST /compose': compose(),
  'POST /blueprints/{id}/compose': (client, { plain }) => client.post(`/blueprints/${plain}/compose`),
  'GET /composes/{composeId}': (client, { build }) => client.get(`/composes/${build}`),
  'GET /composes/{composeId}/metadata': (client, { build }) => client.get(`/composes/${build}/metadata`),
  'GET /distributions/{distro}': (client) => client.get('/distributions/centos-9'),
};

const SERVICES: readonly Away[] = [
  {
    ...{ service: 'composer', path: /^\/composer\//, words: 'composer is not available at the moment' },
    operations: { ...asked, 'GET /ready': (client) => client.get('/ready') },
  },
  {
    ...{ service: 'the token endpoint of composer', path: /^\/composer-token$/ },
    ...{ words: 'composer is not available at the moment', operations: asked },
  },
  {
    ...{ service: 'content sources', path: /^\/content-sources\// },
    words: 'the content sources service is not available at the moment',
    operations: {
      'POST /compose of RHEL': compose(rhel),
      'POST /compose with a snapshot_date': compose(rhel, { snapshot_date: '2026-01-02' }),
      'POST /compose with a content_template': compose(rhel, { content_template: 't' }),
      'GET /blueprints/{id}/export': (client, subjects) => client.get(`/blueprints/${subjects.hardened}/export`),
    },
  },
  {
    ...{ service: 'provisioning', path: /^\/provisioning\// },
    words: 'the provisioning service is not available at the moment',
    operations: {
      'POST /compose with share_with_sources': compose(
        {},
        { image_type: 'aws', upload_request: { type: 'aws', options: { share_with_sources: ['1'] } } },
      ),
    },
  },
  {
    ...{ service: 'compliance', path: /^\/compliance\// },
    words: 'the compliance service is not available at the moment',
    operations: {
      'POST /compose with a policy_id': compose(hardened),
      'POST /blueprints with a policy_id': (client) => client.post('/blueprints', newBlueprint),
      'PUT /blueprints/{id} with a policy_id': (client, { plain }) => client.put(`/blueprints/${plain}`, newBlueprint),
      'POST /experimental/blueprints/{id}/fixup': (client, subjects) =>
        client.post(`/experimental/blueprints/${subjects.hardened}/fixup`),
      'GET /oscap/{policy}/{distribution}/policy_customizations': (client) =>
        client.get(`/oscap/${POLICY}/rhel-9.6/policy_customizations`),
    },
  },
  {
    ...{ service: 'recommendations', path: /^\/recommendations\// },
    words: 'the recommendations service is not available at the moment',
    operations: { 'POST /experimental/recommendations': recommend },
  },
  {
    ...{ service: 'the token endpoint of recommendations', path: /^\/recommendations-token$/ },
    words: 'the recommendations service is not available at the moment',
    operations: { 'POST /experimental/recommendations': recommend },
  },
];

const giveSubjects = async ({ given }: TestService): Promise<Subjects> => {
  const customizations = { ...hardened.customizations, custom_repositories: [{ id: randomUUID() }] };
  const governed = await given.blueprint({ versions: [{ ...blueprintBody, ...rhel, customizations }] });
  const plain = await given.blueprint();
  return { build: await given.compose(), plain: plain.id, hardened: governed.id };
};

const secondsOf = ({ headers }: Reply): number => Number(headers['retry-after']);

describe('an unavailable service', () => {
  useRealConnections();

  for (const { service: title, path, words, operations } of SERVICES) {
    it(`is named by every operation that needs it, with 503 and the time to wait: ${title}`, async () => {
      await using others = await startOthers();
      const env = { ...others.env, UPSTREAM_BREAKER_FAILURES: '1', UPSTREAM_BREAKER_SECONDS: '3000' };
      await using service = await startService({ env });
      const subjects = await giveSubjects(service);
      others.away = path;
      const [first] = Object.values(operations);
      // The call that finds it out fails as failed calls always have.
      expect((await first?.(service.as(), subjects))?.status).to.be.within(400, 500);
      const before = others.requests.filter(({ url }) => path.test(new URL(url, 'http://localhost').pathname)).length;
      for (const [name, ask] of Object.entries(operations)) {
        const reply = await ask(service.as(), subjects);
        expect(reply, name).to.be.refused(503, words);
        expect(secondsOf(reply), name).to.be.within(2900, 3000);
      }
      const { rows } = await service.sql.query('SELECT count(*)::int AS left FROM build_reservations');
      expect(rows).to.deep.equal([{ left: 0 }]);
      const after = others.requests.filter(({ url }) => path.test(new URL(url, 'http://localhost').pathname)).length;
      expect(after, 'calls while it was away').to.equal(before);
    });
  }

  it('lets blueprints be read without lint', async () => {
    await using others = await startOthers();
    await using service = await startService({ env: { ...others.env, UPSTREAM_BREAKER_FAILURES: '1' } });
    const subjects = await giveSubjects(service);
    others.away = /^\/compliance\//;
    for (let i = 0; i < 3; i += 1) {
      const reply = await service.as().get(`/blueprints/${subjects.hardened}`);
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.body.lint).to.deep.equal({ errors: [], warnings: [] });
    }
    expect(others.requests).to.have.lengthOf(1);
    const { text } = await service.root.get('/metrics');
    expect(text).to.include('imagebuilder_lint_unavailable_total 3');
  });
});

describe('composer', () => {
  useRealConnections();

  /** The service with a composer whose breaker goes by a clock of the test. */
  const startWithClock = async (others: Loopback) => {
    const clock = createClock();
    const metrics = createMetrics({ processMetrics: false });
    const { url } = others;
    const composer = createComposer(
      {
        ...{ url: `${url}/composer`, tokenUrl: `${url}/composer-token`, clientId: 'id', clientSecret: 'secret' },
        ...{ caPath: null, clientCertificate: null, exclusiveTenant: false },
      },
      {
        ...{ timeout: PATIENCE, limits: { ...NO_LIMITS, breakerFailures: 5, breakerDelay: 5000 }, proxyEnv: {} },
        ...{ metrics, log: capturedLogger().log, validator: null, now: clock.now },
      },
    );
    const env = { STATUS_REUSE_SECONDS: '0', READINESS_CACHE_SECONDS: '0' };
    return { clock, service: await startService({ env, context: { composer, metrics } }) };
  };

  it('that becomes unavailable is called five times, then probed every five seconds, and used as soon as it is available', async () => {
    await using others = await startOthers();
    const { clock, service: started } = await startWithClock(others);
    await using service = started;
    const build = await service.given.compose();
    const client = service.as();
    const state = async (name: string): Promise<void> => {
      const line = `imagebuilder_upstream_breaker_state{service="composer",state="${name}"} 1`;
      expect((await service.root.get('/metrics')).text).to.include(line);
    };
    const send = () => client.post('/compose', composeRequest);
    const read = () => client.get(`/composes/${build}`);

    expect((await send()).status).to.equal(201);
    await state('closed');
    others.away = /^\/composer\//;
    for (const ask of [send, read, send, read, send]) expect(await ask()).to.be.refused(500);
    await state('open');

    const calls = others.requests.length;
    for (const ask of [send, read]) {
      const reply = await ask();
      expect(reply).to.be.refused(503, 'composer is not available at the moment');
      expect(secondsOf(reply)).to.equal(5);
    }
    clock.pass(3.2);
    expect(secondsOf(await send())).to.equal(2);
    expect(others.requests).to.have.lengthOf(calls);
    // What does not need composer is served as ever.
    for (const path of ['/composes', '/blueprints', '/distributions', '/version']) {
      expect((await client.get(path)).status, path).to.equal(200);
    }

    clock.pass(1.8);
    expect((await read()).status).to.equal(500);
    expect(others.requests).to.have.lengthOf(calls + 1);
    expect(secondsOf(await send())).to.equal(5);

    others.away = null;
    clock.pass(5);
    expect((await send()).status).to.equal(201);
    await state('closed');
    expect((await read()).status).to.equal(200);
  });

  it('that is called up to the limit receives no more calls: the next is rejected at once, and accepted later', async () => {
    const held: ServerResponse[] = [];
    let waits = Promise.withResolvers<null>();
    let holding = true;
    await using others = await startLoopback((request, response) => {
      if (!holding || !request.url.endsWith('/compose')) return answerWell(request, response);
      held.push(response);
      waits.resolve(null);
    });
    const env = {
      ...{ COMPOSER_URL: `${others.url}/composer`, COMPOSER_TOKEN_URL: `${others.url}/composer-token` },
      ...{ COMPOSER_CONCURRENCY: '1', COMPOSER_QUEUE: '1' },
    };
    await using service = await startService({ env });
    const sendAs = (orgId: string) => service.as({ orgId }).post('/compose', composeRequest);
    const send = () => sendAs('000001');
    const metric = async (line: string): Promise<boolean> =>
      (await service.root.get('/metrics')).text.includes(`imagebuilder_upstream_calls{service="composer",${line}`);

    const running = send();
    await waits.promise;
    const waiting = send();
    while (!(await metric('state="waiting"} 1')));
    for (const [orgId, words] of [
      // The queue has one place, which is all that one organization may use.
      ['000001', 'too many requests of the organization wait for composer at the moment'],
      ['000002', 'too many requests wait for composer at the moment'],
    ] as const) {
      const refused = await sendAs(orgId);
      expect(refused).to.be.refused(503, words);
      expect(secondsOf(refused)).to.equal(2);
    }
    // Whether composer is there can be asked all the same.
    expect((await service.root.get('/ready')).status).to.equal(200);

    waits = Promise.withResolvers();
    const accept = (): void =>
      json(held.shift() as ServerResponse, 201, { href: '/compose', kind: 'ComposeId', id: randomUUID() });
    accept();
    await waits.promise;
    holding = false;
    accept();
    expect((await running).status).to.equal(201);
    expect((await waiting).status).to.equal(201);
    for (const orgId of ['000001', '000002']) expect((await sendAs(orgId)).status).to.equal(201);
    const { rows } = await service.sql.query('SELECT count(*)::int AS builds FROM composes');
    expect(rows).to.deep.equal([{ builds: 4 }]);
  });
});
