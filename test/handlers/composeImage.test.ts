import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest, guestImageRequest } from '../support/given.ts';
import { startService } from '../support/service.ts';

const WINDOW = 1209600000000000;
const REFUSED = 'Failed posting compose request to osbuild-composer';

describe('composeImage', () => {
  it('sends the compose to composer and returns the id from composer', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    const reply = await service.as().post('/compose', composeRequest);
    expect(reply.status, reply.text).to.equal(201);
    expect(reply.body).to.deep.equal({ id });
    const [request] = service.composer.requests;
    expect(request).to.deep.include({ distribution: 'centos-9' });
    expect(request?.image_request).to.deep.include({ architecture: 'x86_64', image_type: 'guest-image' });
    expect(request?.image_request?.repositories?.map(({ baseurl }) => baseurl)).to.deep.equal([
      'http://mirror.test/centos-9/BaseOS/x86_64/os/',
      'http://mirror.test/centos-9/AppStream/x86_64/os/',
    ]);
  });

  it('stores the request for the organization and the user who made it', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    const body = { ...composeRequest, image_name: 'web', image_description: 'a server', client_id: 'ui' };
    const caller = service.as({ orgId: '000001', accountNumber: '600000', email: 'me@example.test' });
    expect((await caller.post('/compose', body)).status).to.equal(201);
    const { rows } = await service.sql.query('SELECT * FROM composes');
    expect(rows).to.have.length(1);
    const [{ created_at: createdAt, ...row }] = rows;
    expect(row).to.deep.equal({
      ...{ job_id: id, request: body, account_number: '600000', org_id: '000001', email: 'me@example.test' },
      ...{ image_name: 'web', client_id: 'ui', blueprint_version_id: null, deleted: false, needs_indexing: false },
    });
    expect(createdAt).to.be.a('date');
    expect((await service.sql.query('SELECT 1 FROM build_reservations')).rows).to.deep.equal([]);
  });

  it('stores the defaults of the contract with the request', async () => {
    await using service = await startService();
    service.composer.accepts();
    const files = [{ path: '/etc/motd', data: 'hello' }];
    await service.as().post('/compose', { ...composeRequest, customizations: { files } });
    const { rows } = await service.sql.query('SELECT request, client_id, image_name FROM composes');
    expect(rows[0].client_id).to.equal('api');
    expect(rows[0].image_name).to.equal(null);
    expect(rows[0].request.client_id).to.equal('api');
    expect(rows[0].request.customizations.files).to.deep.equal([
      { ...files[0], data_encoding: 'plain', ensure_parents: false },
    ]);
  });

  it('lists the compose at once', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    await service.as().post('/compose', composeRequest);
    const { body } = await service.as().get('/composes');
    expect(body.data.map((item: { id: string }) => item.id)).to.deep.equal([id]);
  });

  it('hashes passwords before it sends or stores them, and leaves hashes unchanged', async () => {
    await using service = await startService();
    service.composer.accepts();
    const hash = '$6$salt$hash';
    const users = [
      { name: 'a', password: 'plain text' },
      { name: 'b', password: hash },
    ];
    const reply = await service.as().post('/compose', { ...composeRequest, customizations: { users } });
    expect(reply.status, reply.text).to.equal(201);
    const { rows } = await service.sql.query('SELECT request FROM composes');
    const stored = rows[0].request.customizations.users;
    expect(stored[0].password).to.match(/^\$6\$/);
    expect(stored[1].password).to.equal(hash);
    expect(JSON.stringify([rows, service.composer.requests])).not.to.include('plain text');
    const sent = service.composer.requests[0]?.customizations?.users;
    expect(sent?.map(({ password }) => password)).to.deep.equal([stored[0].password, hash]);
  });

  it('truncates a name to the limit of the table only when the contract allows longer names', async () => {
    await using service = await startService();
    service.composer.accepts();
    const name = '🚀'.repeat(100);
    expect((await service.as().post('/compose', { ...composeRequest, image_name: name })).status).to.equal(201);
    const { rows } = await service.sql.query('SELECT image_name FROM composes');
    expect(rows[0].image_name).to.equal(name);
    expect(await service.as().post('/compose', { ...composeRequest, image_name: 'x'.repeat(101) })).to.be.refused(
      400,
      /image_name/,
    );
  });

  describe('rejects, before it calls composer,', () => {
    const refusals: Readonly<Record<string, [body: unknown, detail: string | RegExp]>> = {
      'no body': [undefined, 'request body has an error: value is required but missing'],
      'a distribution the contract does not know': [{ ...composeRequest, distribution: 'windows' }, /\/distribution/],
      'a distribution without data': [{ ...composeRequest, distribution: 'rhel-84' }, 'distribution not available'],
      'neither distribution nor bootc': [
        { image_requests: [guestImageRequest] },
        'either distribution or bootc needs to be set',
      ],
      'both distribution and bootc': [
        { ...composeRequest, bootc: { reference: 'registry.test/bootc/rhel-10-qcow2:latest' } },
        'either distribution or bootc needs to be set, but not both',
      ],
      'no image request': [
        { ...composeRequest, image_requests: [] },
        /\/image_requests": minimum number of items is 1/,
      ],
      'two image requests': [
        { ...composeRequest, image_requests: [guestImageRequest, { ...guestImageRequest, image_type: 'wsl' }] },
        /\/image_requests": maximum number of items is 1/,
      ],
      'an unknown image type': [
        { ...composeRequest, image_requests: [{ ...guestImageRequest, image_type: 'floppy' }] },
        /\/image_requests\/0\/image_type/,
      ],
      'an unknown architecture': [
        { ...composeRequest, image_requests: [{ ...guestImageRequest, architecture: 'ppc64le' }] },
        /\/image_requests\/0\/architecture/,
      ],
      'an architecture the distribution lacks': [
        { distribution: 'fedora-42', image_requests: [{ ...guestImageRequest, architecture: 'aarch64' }] },
        'Architecture not supported',
      ],
      'a target that does not take the image type': [
        {
          ...composeRequest,
          image_requests: [{ ...guestImageRequest, upload_request: { type: 'gcp', options: {} } }],
        },
        /./,
      ],
      'a member the contract does not know': [{ ...composeRequest, colour: 'red' }, /colour/],
      'an unknown base image': [
        { bootc: { reference: 'registry.test/unknown:latest' }, image_requests: [guestImageRequest] },
        "bootc reference 'registry.test/unknown:latest' not found",
      ],
    };
    for (const [what, [body, detail]] of Object.entries(refusals)) {
      it(what, async () => {
        await using service = await startService({ allow: { '*': ['fedora'] } });
        expect(await service.as().post('/compose', body)).to.be.refused(400, detail);
        expect((await service.sql.query('SELECT 1 FROM composes')).rows).to.deep.equal([]);
      });
    }

    it('a distribution that needs a subscription the caller lacks', async () => {
      await using service = await startService();
      const reply = await service
        .as({ entitled: false })
        .post('/compose', { ...composeRequest, distribution: 'rhel-9.6' });
      expect(reply).to.be.refused(400, 'distribution not available');
    });

    it('a restricted distribution', async () => {
      await using service = await startService();
      const reply = await service.as().post('/compose', { ...composeRequest, distribution: 'fedora-42' });
      expect(reply).to.be.refused(403, "This account's organization is not authorized to build fedora-42 images");
    });
  });

  it('points to the member that composer rejects, for clients that prefer details', async () => {
    await using service = await startService();
    service.composer.refuses(400, { id: '6', kind: 'Error', reason: 'Unsupported image type', details: '' });
    const headers = { prefer: 'errors=detailed' };
    const { body } = await service.as().post('/compose', composeRequest, { headers });
    expect(body.errors).to.have.length(1);
    expect(body.errors[0]).to.include({ detail: 'Unsupported image type', pointer: '/image_requests/0/image_type' });
  });

  describe('when composer rejects the compose', () => {
    const refusal = (id: string, more: object = {}) => ({
      ...{ href: `/errors/${id}`, id, kind: 'Error', code: `IMAGE-BUILDER-COMPOSER-${id}` },
      ...{ reason: 'the reason', operation_id: 'op' },
      ...more,
    });
    const outcomes: Readonly<Record<string, [status: number, body: string | object, wanted: number, detail: string]>> =
      {
        'blames the request for an unusable OSTree repository': [
          400,
          refusal('10'),
          400,
          'Error resolving OSTree repo',
        ],
        'blames the request for a repository without an address': [400, refusal('24'), 400, 'the reason'],
        'passes reason and details of a refused request on': [
          ...([400, refusal('35', { details: 'the details' }), 400] as const),
          'the reason: the details',
        ],
        'shows details that are no text as JSON': [
          ...([500, refusal('30', { details: { a: [1] } }), 400] as const),
          'the reason: {"a":[1]}',
        ],
        'keeps the details of an internal error to itself': [
          ...([500, refusal('1005', { details: '/srv/internal' }), 500] as const),
          `${REFUSED}. the reason`,
        ],
        'says no more than that when the answer is no error object': [502, '<html>Bad Gateway</html>', 500, REFUSED],
        'needs an id to have been accepted': [201, '{}', 500, 'Internal Server Error'],
      };
    for (const [what, [status, body, wanted, detail]] of Object.entries(outcomes)) {
      it(what, async () => {
        await using service = await startService();
        service.composer.refuses(status, body);
        expect(await service.as().post('/compose', composeRequest)).to.be.refused(wanted, detail);
        expect((await service.sql.query('SELECT 1 FROM composes')).rows).to.deep.equal([]);
      });
    }

    it('gives no details when composer is unreachable', async () => {
      await using service = await startService();
      service.composer
        .post('/compose')
        .replyWithError(Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), { code: 'ECONNREFUSED' }));
      expect(await service.as().post('/compose', composeRequest)).to.be.refused(500, 'Internal Server Error');
      expect((await service.sql.query('SELECT 1 FROM build_reservations')).rows).to.deep.equal([]);
    });

    it('responds 500 when composer returns an existing id, and keeps the older compose', async () => {
      await using service = await startService();
      const id = randomUUID();
      await service.given.compose({ id, orgId: '000001' });
      service.composer.accepts(id);
      expect(await service.as().post('/compose', composeRequest)).to.be.refused(500, 'Internal Server Error');
      const { rows } = await service.sql.query('SELECT org_id FROM composes');
      expect(rows).to.deep.equal([{ org_id: '000001' }]);
    });
  });

  describe('with a quota', () => {
    const exceeded = (quota: number): string => `Quota of ${quota} builds per 14 days exceeded for user`;

    it('accepts composes up to the quota of the organization, and none beyond', async () => {
      await using service = await startService({ quota: { '000000': { quota: 2, slidingWindow: WINDOW } } });
      for (let i = 0; i < 2; i += 1) {
        service.composer.accepts();
        expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
      }
      expect(await service.as().post('/compose', composeRequest)).to.be.refused(403, exceeded(2));
    });

    it('counts deleted composes, but neither composes before the window nor composes of other organizations', async () => {
      await using service = await startService({ quota: { default: { quota: 2, slidingWindow: WINDOW } } });
      await service.given.compose({ deleted: true });
      await service.given.compose({ createdAt: new Date(Date.now() - 15 * 24 * 3600 * 1000) });
      await service.given.compose({ orgId: '000001' });
      service.composer.accepts();
      expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
      expect(await service.as().post('/compose', composeRequest)).to.be.refused(403, exceeded(2));
    });

    it('prefers the entry of the organization to the default', async () => {
      await using service = await startService({
        quota: { default: { quota: 0, slidingWindow: WINDOW }, '000001': { quota: 1, slidingWindow: WINDOW } },
      });
      service.composer.accepts();
      expect((await service.as({ orgId: '000001' }).post('/compose', composeRequest)).status).to.equal(201);
      expect(await service.as().post('/compose', composeRequest)).to.be.refused(403, exceeded(0));
    });

    it('enforces the quota exactly for concurrent requests', async () => {
      await using service = await startService({ quota: { default: { quota: 3, slidingWindow: WINDOW } } });
      for (let i = 0; i < 3; i += 1) service.composer.accepts();
      const replies = await Promise.all(
        Array.from({ length: 12 }, () => service.as().post('/compose', composeRequest)),
      );
      const statuses = replies.map(({ status }) => status).sort();
      expect(statuses).to.deep.equal([201, 201, 201, ...Array<number>(9).fill(403)]);
    });

    it('reports an exceeded quota before any other error of a compose', async () => {
      await using service = await startService({ quota: { default: { quota: 0, slidingWindow: WINDOW } } });
      const reply = await service.as().post('/compose', { ...composeRequest, distribution: 'rhel-84' });
      expect(reply).to.be.refused(403, exceeded(0));
    });

    it('does not count a compose that composer rejected', async () => {
      await using service = await startService({ quota: { default: { quota: 1, slidingWindow: WINDOW } } });
      service.composer.refuses(400, { id: '30', reason: 'no' });
      expect((await service.as().post('/compose', composeRequest)).status).to.equal(400);
      service.composer.accepts();
      expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
    });

    it('rejects nothing when the window has no length', async () => {
      await using service = await startService({ quota: { default: { quota: 1 } } });
      await service.given.compose({ createdAt: new Date(Date.now() - 1000) });
      service.composer.accepts();
      expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
    });

    it('builds nothing when the quota file has no entry for the organization', async () => {
      await using service = await startService({ quota: { '000001': { quota: 1, slidingWindow: 1 } } });
      expect(await service.as().post('/compose', composeRequest)).to.be.refused(500, 'Internal Server Error');
    });
  });
});
