// Leaks after failures: what could not be created left nothing behind, here and at composer, and can be created afterwards.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { OperationId } from '../../src/http/operation.ts';
import { POLICY } from '../domain/compliance/support.ts';
import type { RequestOptions } from '../support/client.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { startService, type ServiceOptions, type TestService } from '../support/service.ts';
import { contractOperations, type ContractOperation } from './contract.ts';
import { giveObjects } from './organization.ts';
import { recipeOf, requestFor, type Objects } from './recipes.ts';
import { readTables } from './tables.ts';

/** A way in which a creation fails. */
interface Failure {
  readonly status: number;
  /** Images it is about, of which the quota has to have room for. */
  readonly images?: number;
  /** What the request has instead of the valid one's members, or all of it. */
  readonly body?: object | string;
  readonly options?: RequestOptions;
  readonly prepare?: (service: TestService, objects: Objects) => unknown;
  /** Undoes what was prepared, so that the creation can succeed. */
  readonly repair?: (service: TestService, objects: Objects) => unknown;
}

const EXCESSIVE = { image_requests: [{ ...guestImageRequest, size: 2 ** 40, image_type: 'aws' }] };

const onUnusable = (table: string): Pick<Failure, 'prepare' | 'repair'> => ({
  prepare: ({ sql }) =>
    sql.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`),
  repair: ({ sql }) => sql.query(`DROP TRIGGER refuse ON ${table}`),
});

/** The image of the build is in AWS, as is known already. */
const isFinished = ({ sql }: TestService, { compose }: Objects): Promise<unknown> =>
  sql.query(
    `INSERT INTO compose_statuses (job_id, org_id, created_at, status, image_status, finished_at)
    SELECT job_id, org_id, created_at, 'success', $2, now() FROM composes WHERE job_id = $1
    ON CONFLICT (job_id) DO UPDATE
    SET status = excluded.status, image_status = excluded.image_status, finished_at = excluded.finished_at`,
    [compose, { status: 'success', upload_status: { status: 'success', type: 'aws', options: { ami: 'ami-1' } } }],
  );

/** Composer's own refusals of a build. */
const REFUSED: Readonly<Record<string, Failure>> = {
  'composer refuses it as faulty': {
    status: 400,
    prepare: ({ composer }) => composer.refuses(400, { id: '24', reason: 'no' }),
  },
  'composer fails': {
    status: 500,
    prepare: ({ composer }) => composer.refuses(400, { id: '1', reason: 'no' }),
  },
};

const FAILURES: Readonly<Partial<Record<OperationId, Readonly<Record<string, Failure>>>>> = {
  createBlueprint: {
    'it is not JSON': { status: 400, body: '{"name": "x", ' },
    'a member is missing': { status: 400, body: { customizations: undefined } },
    'a text cannot be stored': { status: 400, body: { description: 'a\0b' } },
    'the media type is another': { status: 415, options: { headers: { 'content-type': 'text/plain' } } },
    'a rule is broken': {
      status: 422,
      body: { customizations: { files: [{ path: '/etc/passwd' }] } },
    },
    'the metadata are malformed': {
      status: 400,
      body: { metadata: { parent_id: 'none', exported_at: '', is_on_prem: true } },
    },
    'the policy cannot be read': {
      status: 500,
      body: { distribution: 'rhel-9.6', customizations: { openscap: { policy_id: POLICY } } },
      prepare: ({ compliance }) => compliance.get(`/policies/${POLICY}/tailorings`).query(true).reply(503, 'no'),
    },
    'the version cannot be stored': { status: 500, ...onUnusable('blueprint_versions') },
  },
  createWebhook: {
    'it is not JSON': { status: 400, body: '{"url": ' },
    'there is no address': { status: 400, body: { url: undefined } },
    'a type of event is unknown': { status: 400, body: { event_types: ['compose.lost'] } },
    'the address is not public': { status: 422, body: { url: 'http://169.254.169.254/latest' } },
    'there are as many as there may be': {
      status: 422,
      prepare: async ({ given }) => {
        for (let i = 0; i < 19; i += 1) await given.webhook();
      },
      repair: ({ sql }) => sql.query("DELETE FROM webhooks WHERE description = ''"),
    },
    'it cannot be stored': { status: 500, ...onUnusable('webhooks') },
  },
  composeImage: {
    'it is not JSON': { status: 400, body: '{' },
    'there is no image': { status: 400, body: { image_requests: [] } },
    'the distribution is unknown': { status: 400, body: { distribution: 'rhel-9.6-nightly' } },
    'the distribution is restricted': { status: 403, body: { distribution: 'fedora-42' } },
    'the upload has no target': {
      status: 400,
      body: {
        image_requests: [{ ...guestImageRequest, image_type: 'aws', upload_request: { type: 'aws', options: {} } }],
      },
    },
    'the image is too large': { status: 400, body: EXCESSIVE },
    'a file is not what it says': {
      status: 400,
      body: { customizations: { files: [{ path: '/opt/x', data: '%', data_encoding: 'base64' }] } },
    },
    'a source is unknown': {
      status: 400,
      body: {
        image_requests: [
          {
            ...guestImageRequest,
            image_type: 'aws',
            upload_request: { type: 'aws', options: { share_with_sources: ['1'] } },
          },
        ],
      },
      prepare: ({ provisioning }) => provisioning.get('/sources/1/upload_info').reply(404, {}),
    },
    ...REFUSED,
  },
  composeBlueprint: {
    'it is not JSON': { status: 400, body: '{' },
    'an image type is none': { status: 400, body: { image_types: ['floppy'] } },
    'the blueprint cannot be built': {
      status: 400,
      prepare: ({ sql }) => sql.query(`UPDATE blueprint_versions SET body = body - 'distribution'`),
      repair: ({ sql }) => sql.query(`UPDATE blueprint_versions SET body = body || '{"distribution": "centos-9"}'`),
    },
    'one of its images is too large': {
      status: 400,
      images: 2,
      prepare: ({ sql }) =>
        sql.query(`UPDATE blueprint_versions SET body = body || $1`, [
          { image_requests: [guestImageRequest, ...EXCESSIVE.image_requests] },
        ]),
      repair: ({ sql }) =>
        sql.query(`UPDATE blueprint_versions SET body = body || $1`, [{ image_requests: [guestImageRequest] }]),
    },
    ...REFUSED,
  },
  rebuildCompose: {
    'the stored request is none any more': {
      status: 422,
      prepare: ({ sql }, { compose }) =>
        sql.query(`UPDATE composes SET request = request - 'image_requests' WHERE job_id = $1`, [compose]),
      repair: ({ sql }, { compose }) =>
        sql.query(`UPDATE composes SET request = request || $1 WHERE job_id = $2`, [
          { image_requests: [guestImageRequest] },
          compose,
        ]),
    },
    'its distribution is gone': {
      status: 400,
      prepare: ({ sql }, { compose }) =>
        sql.query(`UPDATE composes SET request = request || '{"distribution": "rhel-9.6-nightly"}' WHERE job_id = $1`, [
          compose,
        ]),
      repair: ({ sql }, { compose }) =>
        sql.query(`UPDATE composes SET request = request || '{"distribution": "centos-9"}' WHERE job_id = $1`, [
          compose,
        ]),
    },
    ...REFUSED,
  },
  cloneCompose: {
    'it is not JSON': { status: 400, body: '{' },
    'there is no region': { status: 400, body: { region: undefined } },
    'an account is none': { status: 400, body: { share_with_accounts: ['1'] } },
    'a source is unknown': {
      status: 400,
      body: { share_with_sources: ['1'] },
      prepare: async (service, objects) => {
        await isFinished(service, objects);
        service.provisioning.get('/sources/1/upload_info').reply(404, {});
      },
    },
    'composer does not take it': {
      status: 400,
      prepare: async (service, objects) => {
        await isFinished(service, objects);
        service.composer.post(`/composes/${objects.compose}/clone`).reply(400, 'no');
      },
    },
    'composer cannot take it': {
      status: 500,
      prepare: async (service, objects) => {
        await isFinished(service, objects);
        service.composer.post(`/composes/${objects.compose}/clone`).reply(500, 'no');
      },
    },
  },
};

/** Operations that change nothing that is there: the service answers them with 201 only when it has created something. */
const creations = contractOperations.filter(({ success }) => success === 201);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const send = (service: TestService, operation: ContractOperation, objects: Objects, failure?: Failure) => {
  const { method, target, body } = requestFor(operation, objects);
  const given = failure?.body;
  const whole = isObject(given) ? { ...(isObject(body) ? body : {}), ...given } : (given ?? body);
  const sent = whole ?? (failure?.options ? {} : undefined);
  return service.as().send(method, target, sent, failure?.options);
};

/** A quota with just enough room: what a failure leaves behind would take it. */
const quotaOf = (builds: number): ServiceOptions => ({
  quota: { default: { quota: builds, slidingWindow: 14 * 24 * 3600 * 1e9 } },
});
const BUILDS = 3;

describe('the walk through what creates something', () => {
  it('has ways to fail for every operation that does', () => {
    expect(creations.map(({ id }) => id).sort()).to.deep.equal(Object.keys(FAILURES).sort());
  });
});

for (const operation of creations) {
  describe(`${operation.id}, failing`, () => {
    for (const [what, failure] of Object.entries(FAILURES[operation.id] ?? {})) {
      it(`leaves nothing behind when ${what}`, async () => {
        await using service = await startService(quotaOf(BUILDS + (failure.images ?? 1)));
        const objects = await giveObjects(service, ORG);
        const wanted = { ...objects, name: 'the new one' };
        await failure.prepare?.(service, objects);
        const before = await readTables(service.sql);
        const sent = service.composer.requests.length;

        const reply = await send(service, operation, wanted, failure);
        expect(reply.status, reply.text).to.equal(failure.status);
        expect(await readTables(service.sql)).to.deep.equal(before);
        const refusedThere = REFUSED[what] === undefined ? 0 : 1;
        expect(service.composer.requests.length - sent, 'builds at composer').to.equal(refusedThere);

        await failure.repair?.(service, objects);
        recipeOf(operation).upstreams?.(service, wanted);
        const created = await send(service, operation, wanted);
        expect(created.status, `tried again: ${created.text}`).to.equal(201);
      });
    }
  });
}

describe('a build that the quota does not allow', () => {
  for (const operation of creations.filter(({ id }) => /^(?:compose|rebuild)/.test(id))) {
    it(`${operation.id}: leaves nothing behind, and is not sent`, async () => {
      await using service = await startService(quotaOf(BUILDS));
      const objects = await giveObjects(service, ORG);
      const before = await readTables(service.sql);
      expect(await send(service, operation, objects)).to.be.refused(403, /Quota of 3 builds/);
      expect(await readTables(service.sql)).to.deep.equal(before);
      expect(service.composer.requests).to.have.length(0);
    });
  }
});

describe('a blueprint whose name is taken', () => {
  it('leaves nothing behind, and does not change the other blueprint', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    const before = await readTables(service.sql);
    const reply = await service.as().post('/blueprints', { ...blueprintBody, name: objects.name });
    expect(reply).to.be.refused(422, /already exists/, 'Name not unique');
    expect(await readTables(service.sql)).to.deep.equal(before);
  });

  it('does not change another blueprint that was to get the name', async () => {
    await using service = await startService();
    const [one, two] = [await giveObjects(service, ORG), await giveObjects(service, ORG, 2)];
    const before = await readTables(service.sql);
    const change = { ...blueprintBody, name: two.name, description: 'changed' };
    expect((await service.as().put(`/blueprints/${one.blueprint}`, change)).status).to.equal(422);
    expect(await readTables(service.sql)).to.deep.equal(before);
  });
});

describe('a build of several images', () => {
  it('sends nothing when one of them cannot be built', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({
      versions: [{ ...blueprintBody, image_requests: [guestImageRequest, ...EXCESSIVE.image_requests] }],
    });
    const before = await readTables(service.sql);
    expect((await service.as().post(`/blueprints/${id}/compose`)).status).to.equal(400);
    expect(await readTables(service.sql)).to.deep.equal(before);
    expect(service.composer.requests).to.have.length(0);
    expect(composeRequest.image_requests).to.have.length(1);
  });
});
