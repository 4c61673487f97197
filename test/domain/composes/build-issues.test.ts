import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest } from '../blueprints/support.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../../support/given.ts';
import { startService, type TestService } from '../../support/service.ts';

const ENV = { IMAGE_TYPE_OPTIONS_SECONDS: '3600' };
const HEADER = 'image-builder-warnings';
const filesystem = [{ mountpoint: '/var', min_size: 1_073_741_824 }];

/** Composer's answer about centos-9: a guest image takes packages, and an image for AWS file systems as well. */
const reports = ({ composer }: TestService): void => {
  const type = (name: string, ...supported: string[]) => ({ name, supported_blueprint_options: supported });
  const types = { qcow2: type('qcow2', 'packages'), ami: type('ami', 'packages', 'customizations.filesystem') };
  const architectures = { x86_64: { name: 'x86_64', image_types: types } };
  const details = { href: 'x', id: 'centos-9', kind: 'DistributionDetails', name: 'centos-9', architectures };
  composer.get('/distributions/centos-9').reply(200, details);
};

const LEFT_OUT = {
  pointer: '/customizations/filesystem',
  title: 'left out of the image',
  detail:
    'customizations.filesystem is left out of the image: guest-image of centos-9 does not take ' +
    'customizations.filesystem; taken by aws',
  image_types: ['aws'],
};

const withFilesystem = { ...composeRequest, customizations: { packages: ['vim'], filesystem } };

const compose = async (service: TestService, query = '') => {
  service.composer.accepts();
  const reply = await service.as().post(`/compose${query}`, withFilesystem);
  expect(reply.status, reply.text).to.equal(201);
  return reply;
};

describe('what an image would lack', () => {
  it('is named by a header of the response, and the body stays as it was', async () => {
    await using service = await startService({ env: ENV });
    reports(service);
    const { body, headers } = await compose(service);
    expect(Object.keys(body)).to.deep.equal(['id']);
    expect(headers[HEADER]).to.match(/^"\/customizations\/filesystem: customizations\.filesystem is left out .*"$/);
  });

  it('is a member of the response with hints', async () => {
    await using service = await startService({ env: ENV });
    reports(service);
    expect((await compose(service, '?hints=true')).body.warnings).to.deep.equal([LEFT_OUT]);
  });

  it('is a member of the status with hints, and of no other status', async () => {
    await using service = await startService({ env: ENV });
    reports(service);
    const { id } = (await compose(service)).body;
    service.composer.hasStatus(id, { status: 'pending', image_status: { status: 'building' } });
    expect((await service.as().get(`/composes/${id}?hints=true`)).body.warnings).to.deep.equal([LEFT_OUT]);
    service.composer.hasStatus(id, { status: 'pending', image_status: { status: 'building' } });
    expect((await service.as().get(`/composes/${id}`)).body).not.to.have.property('warnings');
  });

  it('is a warning of validation', async () => {
    await using service = await startService({ env: ENV });
    reports(service);
    const reply = await service.as().post('/blueprints/validate', blueprintRequest({ customizations: { filesystem } }));
    expect(reply.body).to.deep.equal({ valid: true, errors: [], warnings: [LEFT_OUT] });
  });

  it('is part of the lint of a blueprint as soon as composer has answered', async () => {
    await using service = await startService({ env: ENV });
    reports(service);
    const { id } = await service.given.blueprint({ versions: [{ ...blueprintBody, customizations: { filesystem } }] });
    await compose(service);
    expect((await service.as().get(`/blueprints/${id}`)).body.lint).to.deep.equal({
      errors: [],
      warnings: [{ name: 'Build', description: LEFT_OUT.detail }],
    });
  });

  it('is named for each image of a blueprint', async () => {
    await using service = await startService({ env: ENV });
    reports(service);
    const aws = {
      ...guestImageRequest,
      image_type: 'aws',
      upload_request: { type: 'aws', options: { share_with_accounts: ['1'] } },
    };
    const body = { ...blueprintBody, image_requests: [aws, guestImageRequest], customizations: { filesystem } };
    const { id } = await service.given.blueprint({ versions: [body] });
    service.composer.accepts();
    service.composer.accepts();
    const reply = await service.as().post(`/blueprints/${id}/compose?hints=true`, {});
    expect(reply.body.map(({ warnings }: { warnings?: unknown }) => warnings)).to.deep.equal([undefined, [LEFT_OUT]]);
    expect(reply.headers[HEADER]).to.be.a('string');
  });

  it('is unknown while composer does not say, which delays or refuses nothing', async () => {
    await using service = await startService({ env: ENV });
    service.composer.get('/distributions/centos-9').reply(500, {});
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect((await compose(service)).headers).not.to.have.property(HEADER);
  });

  it('is not asked for a request without customizations', async () => {
    await using service = await startService({ env: ENV });
    service.composer.accepts();
    expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
  });
});

describe('a build that is sure to fail', () => {
  const customizations = { files: [{ path: '/etc/a', mode: '9999' }], hostname: 'a'.repeat(65) };

  it('is refused with the place of every mistake, before any other service is called', async () => {
    await using service = await startService();
    const reply = await service
      .as()
      .post('/compose', { ...composeRequest, customizations }, { headers: { Prefer: 'errors=detailed' } });
    expect(reply.status, reply.text).to.equal(400);
    expect(reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal([
      ...['/customizations/files/0/mode', '/customizations/hostname'],
    ]);
    const { rows } = await service.sql.query('SELECT 1 FROM composes UNION ALL SELECT 1 FROM build_reservations');
    expect(rows).to.deep.equal([]);
  });

  it('is refused for a blueprint', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ versions: [{ ...blueprintBody, customizations }] });
    const reply = await service.as().post(`/blueprints/${id}/compose`, {});
    expect(reply.status).to.equal(400);
    expect(reply.body.errors[0].detail).to.include('files[0].mode "9999"');
    const { lint } = (await service.as().get(`/blueprints/${id}`)).body;
    expect(lint.errors.map(({ name }: { name: string }) => name)).to.deep.equal(['Build', 'Build']);
  });

  it('is an error of validation', async () => {
    await using service = await startService();
    const { body } = await service.as().post('/blueprints/validate', blueprintRequest({ customizations }));
    expect(body.valid).to.equal(false);
    expect(body.errors[0]).to.deep.equal({
      ...{ pointer: '/customizations/files/0/mode', title: 'mode', value: '9999' },
      takes: 'three octal digits, with or without a leading 0',
      detail:
        'customizations.files[0].mode "9999" is no mode; it takes three octal digits, with or without a leading 0',
    });
  });

  it('is reported once where a rule of blueprints reports it', async () => {
    await using service = await startService();
    const files = [{ path: '/etc/passwd' }];
    const { body } = await service.as().post('/blueprints/validate', blueprintRequest({ customizations: { files } }));
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal(['/customizations/files/0']);
  });

  for (const [what, given, pointer] of [
    [
      'a custom repository without an address',
      { custom_repositories: [{ id: 'a' }] },
      '/customizations/custom_repositories/0',
    ],
    [
      'a custom repository that verifies without a key',
      { custom_repositories: [{ id: 'a', baseurl: ['https://a.test/'], check_gpg: true }] },
      '/customizations/custom_repositories/0',
    ],
    [
      'an added repository that verifies without a key',
      { payload_repositories: [{ baseurl: 'https://a.test/', rhsm: false, check_gpg: true }] },
      '/customizations/payload_repositories/0',
    ],
  ] as const)
    it(`is one of ${what}, which content sources does not know`, async () => {
      await using service = await startService();
      service.contentSources
        .persist()
        .get(/./)
        .optionally()
        .reply(200, { data: [], links: {}, meta: { count: 0 } });
      const request = { ...composeRequest, customizations: given };
      const reply = await service.as().post('/compose', request, { headers: { Prefer: 'errors=detailed' } });
      expect(reply.status, reply.text).to.equal(400);
      expect(reply.body.errors[0].pointer).to.equal(pointer);
    });
});

describe('an image of a container', () => {
  const bootc = { reference: 'registry.test/bootc/rhel-10-qcow2:latest' };
  const { distribution: _, ...request } = composeRequest;
  const imageMode = (customizations: object) => ({ ...request, bootc, customizations });
  const lost = { packages: ['nginx'], users: [{ name: 'core' }] };
  const [pointer, title] = ['/customizations/packages', 'left out of the image'];

  it('is built, and what the container has to bring is named, then and later', async () => {
    await using service = await startService();
    service.composer.accepts();
    const reply = await service.as().post('/compose?hints=true', imageMode(lost));
    expect(reply.status, reply.text).to.equal(201);
    expect(reply.headers[HEADER]).to.match(/^"\/customizations\/packages: /);
    const { id, warnings } = reply.body;
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include({ pointer, title });
    service.composer.hasStatus(id, { status: 'pending', image_status: { status: 'building' } });
    expect((await service.as().get(`/composes/${id}?hints=true`)).body.warnings).to.deep.equal(warnings);
  });

  it('is validated, and a blueprint of it has a lint', async () => {
    await using service = await startService();
    const { distribution: __, ...blueprint } = blueprintRequest({ bootc, customizations: lost as never });
    const { body } = await service.as().post('/blueprints/validate', blueprint);
    expect([body.valid, body.warnings[0].pointer]).to.deep.equal([true, pointer]);
    const { id } = await service.given.blueprint({ versions: [blueprint] });
    const { lint } = (await service.as().get(`/blueprints/${id}`)).body;
    expect(lint.warnings).to.deep.equal([{ name: 'Build', description: body.warnings[0].detail }]);
  });

  it('is refused with files that are part of the container', async () => {
    await using service = await startService();
    const reply = await service.as().post('/compose', imageMode({ files: [{ path: '/opt/agent', data: 'x' }] }));
    expect(reply.status).to.equal(400);
    expect(reply.body.errors[0].detail).to.include(
      'customizations.files[0].path "/opt/agent" is part of the container',
    );
  });
});
