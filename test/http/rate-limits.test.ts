import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { OPERATION_TRAITS } from '../../src/http/operation-traits.ts';
import { contractOperations } from '../security/contract.ts';
import { giveObjects, nameOf } from '../security/organization.ts';
import { recipeOf, requestFor } from '../security/recipes.ts';
import { composeRequest } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const HOUR = 3600;
const limits = (reads: number, writes = reads, builds = writes) => ({
  reads: { requests: reads, seconds: HOUR },
  writes: { requests: writes, seconds: HOUR },
  builds: { requests: builds, seconds: HOUR },
});

describe('rate limits', () => {
  it('are absent unless a file sets them', async () => {
    await using service = await startService();
    const { headers } = await service.as().get('/distributions');
    expect(headers).not.to.have.any.keys('ratelimit', 'ratelimit-policy');
  });

  for (const operation of contractOperations) {
    const { rateLimitClass } = OPERATION_TRAITS[operation.id];
    it(`count ${operation.id} ${rateLimitClass === null ? 'not at all' : `among the ${rateLimitClass}`}`, async () => {
      await using service = await startService({ rateLimits: { default: limits(100, 100, 100) } });
      const objects = await giveObjects(service, ORG);
      recipeOf(operation).upstreams?.(service, objects);
      const { method, target, body } = requestFor(operation, { ...objects, name: nameOf(ORG, 2) });
      const reply = await service.as().send(method, target, body);
      expect(reply.status, reply.text).to.equal(operation.success);
      if (rateLimitClass === null) expect(reply.headers).not.to.have.any.keys('ratelimit', 'ratelimit-policy');
      else {
        expect(reply.headers['ratelimit-policy']).to.match(new RegExp(`^"${rateLimitClass}";q=100;w=${HOUR}`));
        expect(reply.headers['ratelimit']).to.match(new RegExp(`^"${rateLimitClass}";r=99;t=\\d+`));
      }
    });
  }

  it('are those of builds for what builds, and of reads or writes for the rest, by the method', () => {
    const others: Readonly<Record<string, string | null>> = {
      ...{ getVersion: null, getReadiness: null, getOpenapiJson: null },
      ...{ composeImage: 'builds', composeBlueprint: 'builds', rebuildCompose: 'builds', cloneCompose: 'builds' },
      // They change nothing, though they have bodies.
      ...{ recommendPackage: 'reads', validateBlueprint: 'reads', importBlueprint: 'reads' },
    };
    for (const { id, method } of contractOperations) {
      const expected = id in others ? others[id] : method === 'GET' ? 'reads' : 'writes';
      expect([id, OPERATION_TRAITS[id].rateLimitClass]).to.deep.equal([id, expected]);
    }
  });

  it('reject requests over the limit, with the time to wait', async () => {
    await using service = await startService({ rateLimits: { default: limits(2) } });
    for (const left of [1, 0]) {
      const { headers } = await service.as().get('/distributions');
      expect(headers['ratelimit']).to.match(new RegExp(`^"reads";r=${left};t=3[56]\\d\\d$`));
    }
    const reply = await service.as().get('/blueprints');
    expect(reply).to.be.refused(429, `Rate limit of 2 reads in ${HOUR} seconds exceeded for the organization`);
    const [, seconds] = /^"reads";r=0;t=(\d+)$/.exec(String(reply.headers['ratelimit'])) ?? [];
    expect(reply.headers['retry-after']).to.equal(seconds);
    expect(reply.headers['ratelimit-policy']).to.equal(`"reads";q=2;w=${HOUR}`);
    expect((await service.root.get('/metrics')).text).to.include(
      'imagebuilder_rate_limited_requests_total{class="reads"} 1',
    );
  });

  it('apply per organization and class', async () => {
    await using service = await startService({ rateLimits: { default: limits(1), '000002': limits(50) } });
    const unknown = randomUUID();
    const statuses = async (orgId: string): Promise<number[]> => [
      (await service.as({ orgId }).get('/distributions')).status,
      (await service.as({ orgId }).get('/distributions')).status,
      (await service.as({ orgId }).delete(`/composes/${unknown}`)).status,
      (await service.as({ orgId }).delete(`/composes/${unknown}`)).status,
      (await service.as({ orgId }).post(`/blueprints/${unknown}/compose`)).status,
      (await service.as({ orgId }).post('/compose', { ...composeRequest, distribution: 'nowhere' })).status,
    ];
    expect(await statuses('000000')).to.deep.equal([200, 429, 404, 429, 404, 429]);
    expect(await statuses('000001')).to.deep.equal([200, 429, 404, 429, 404, 429]);
    expect(await statuses('000002')).to.deep.equal([200, 200, 404, 404, 404, 400]);
  });

  it('count invalid requests, and add the remaining quota to their responses', async () => {
    await using service = await startService({ rateLimits: { default: limits(2) } });
    const refused = await service.as().get('/composes?limit=x');
    expect(refused).to.be.refused(400);
    expect(refused.headers['ratelimit']).to.match(/^"reads";r=1;/);
    const known = await service.as().get('/distributions', { headers: { 'if-none-match': '*' } });
    expect([known.status, known.text]).to.deep.equal([304, '']);
    expect(known.headers['ratelimit']).to.match(/^"reads";r=0;/);
  });

  it('do not apply to callers without identity, nor to unknown paths', async () => {
    await using service = await startService({ rateLimits: { default: limits(1) } });
    for (let i = 0; i < 3; i += 1) {
      expect((await service.anonymous.get('/distributions')).status).to.equal(401);
      expect((await service.as().get('/nowhere')).status).to.equal(404);
      expect((await service.as().send('PATCH', '/blueprints')).status).to.equal(405);
      for (const path of ['/status', '/metrics', '/openapi.json', '/docs']) {
        expect((await service.root.get(path)).status).to.equal(200);
      }
    }
    expect((await service.as().get('/distributions')).status).to.equal(200);
  });

  it('allow everything while the database is unavailable', async () => {
    await using service = await startService({
      env: { PGHOST: '127.0.0.1', PGPORT: '1', LOG_LEVEL: 'warn' },
      rateLimits: { default: limits(1) },
    });
    for (let i = 0; i < 3; i += 1) {
      const reply = await service.as().get('/distributions');
      expect(reply.status, reply.text).to.equal(200);
      expect(reply.headers).not.to.have.any.keys('ratelimit', 'ratelimit-policy');
    }
    const warnings = service.logs.filter(({ msg }) => String(msg).startsWith('rate limits cannot be checked'));
    expect(warnings).to.have.length(1);
    expect((await service.root.get('/metrics')).text).to.include('imagebuilder_rate_limit_unchecked_total 3');
  });

  it('that are invalid stop the start, with the names of variable and file', async () => {
    for (const [content, message] of [
      ['{', /^RATE_LIMIT_FILE: \S+\.json: is not JSON \(line 1 column 2\)$/],
      [{ default: { reads: 5 } }, /^RATE_LIMIT_FILE: \S+\.json: \/default\/reads: must be/],
    ] as const) {
      const failure = await startService({ rateLimits: content }).catch((error: unknown) => error);
      expect(failure).to.be.an('error').with.property('message').that.matches(message);
    }
  });
});
