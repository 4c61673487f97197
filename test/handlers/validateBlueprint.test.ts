import { expect } from 'chai';
import { describe, it } from 'mocha';
import { blueprintRequest, withCustomizations } from '../domain/blueprints/support.ts';
import { answersTailorings, POLICY, tailored } from '../domain/compliance/support.ts';
import { fedoraIdentityHeader } from '../support/identity.ts';
import { guestImageRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';

const VALIDATE = '/blueprints/validate';
const awsImage = { architecture: 'x86_64', image_type: 'aws', upload_request: { type: 'aws', options: {} } };
const openscap = { policy_id: POLICY };

/** Nothing that was there before or after. */
const storesNothing = async ({ sql }: TestService): Promise<void> => {
  const { rows } = await sql.query(`
    SELECT id FROM blueprints UNION ALL SELECT id FROM blueprint_versions UNION ALL SELECT job_id FROM composes
    UNION ALL SELECT id FROM build_reservations UNION ALL SELECT id FROM idempotency_keys`);
  expect(rows).to.deep.equal([]);
};

const validate = async (service: TestService, body: unknown, query = '', identity = {}) => {
  const reply = await service.as(identity).post(`${VALIDATE}${query}`, body);
  expect(reply.status, reply.text).to.equal(200);
  return reply.body;
};

const resolves = ({ composer }: TestService, packages: object[]): object[] => {
  const asked: object[] = [];
  composer.post('/depsolve/blueprint').reply(200, async (request: Request) => {
    asked.push((await request.json()) as object);
    return { packages };
  });
  return asked;
};

const nginx = { type: 'rpm', name: 'nginx', version: '1.24', release: '4.el9', arch: 'x86_64' };

describe('validateBlueprint', () => {
  it('reports a valid blueprint without storing or composing it', async () => {
    await using service = await startService();
    expect(await validate(service, withCustomizations({ packages: ['nginx'] }))).to.deep.equal({
      ...{ valid: true, errors: [], warnings: [] },
    });
    await storesNothing(service);
  });

  it('reports all schema violations, with JSON pointers', async () => {
    await using service = await startService();
    const { valid, errors } = await validate(service, {
      name: 1,
      image_requests: [{ ...guestImageRequest, architecture: 'z80' }],
      customizations: { packages: [7] },
    });
    expect(valid).to.equal(false);
    expect(errors).to.deep.include({
      ...{ pointer: '/name', detail: 'value must be a string', value: '1', takes: 'a string' },
    });
    expect(errors.map(({ pointer }: { pointer: string }) => pointer)).to.have.members([
      ...['/name', '/image_requests/0/architecture', '/customizations/packages/0'],
    ]);
    await storesNothing(service);
  });

  for (const body of [{}, { valid: true }, { name: 'x', nonsense: {} }, { customizations: null }]) {
    it(`takes any object, whatever is wrong with it: ${JSON.stringify(body)}`, async () => {
      await using service = await startService();
      const { valid, errors } = await validate(service, body);
      expect(valid).to.equal(false);
      expect(errors).to.have.length.above(0);
    });
  }

  for (const body of ['[]', '"text"', 'null', '7', '{', '']) {
    it(`refuses a body that is no object: ${body}`, async () => {
      await using service = await startService();
      expect((await service.as().post(VALIDATE, Buffer.from(body))).status).to.equal(400);
    });
  }

  it('reports all rule violations, together with the errors of every image', async () => {
    await using service = await startService();
    const { errors, warnings } = await validate(
      service,
      blueprintRequest({
        name: ' ',
        image_requests: [
          { ...guestImageRequest, image_type: 'aws' },
          { ...guestImageRequest, snapshot_date: 'yesterday' },
          { ...awsImage, size: 1e12 } as never,
        ],
        customizations: {
          users: [{ name: '' }],
          files: [{ path: '/etc/passwd' }],
          filesystem: [{ mountpoint: 'x', min_size: 1 }],
        },
      }),
    );
    expect(warnings).to.deep.equal([]);
    expect(errors).to.deep.equal([
      {
        pointer: '/name',
        title: 'blueprint name rule violation',
        detail: 'the blueprint name must contain at least two characters',
      },
      { pointer: '/customizations/users/0', title: 'user rule violation', detail: 'missing user name' },
      {
        pointer: '/customizations/files/0',
        title: 'file rule violation',
        detail: 'file "/etc/passwd": path "/etc/passwd" is not allowed',
      },
      ...['mountpoint "x" must be absolute', 'mountpoint "x" minimum size must be at least 1MB'].map((detail) => ({
        pointer: '/customizations/filesystem/0',
        title: 'filesystem rule violation',
        detail,
      })),
      {
        ...{ pointer: '/image_requests/0/image_type', detail: 'Invalid image type for upload target', value: 'aws' },
        takes:
          'edge-commit, edge-installer, guest-image, image-installer, network-installer, vsphere, vsphere-ova, wsl, ' +
          'bootable-container-iso, pxe-tar-xz for the upload target aws.s3',
      },
      {
        pointer: '/image_requests/1/snapshot_date',
        detail: errors.find(({ detail }: { detail: string }) => detail.startsWith('Snapshot date')).detail,
        takes: 'a day as 2026-03-01, or a time as 2026-03-01T08:30:00Z',
      },
      {
        pointer: '/image_requests/2/upload_request',
        detail: 'Expected at least one source or account to share the image with',
        takes: 'share_with_accounts or share_with_sources, as lists of texts',
      },
      {
        pointer: '/image_requests/2/size',
        detail: 'Total AWS image size cannot exceed 68719476736 bytes',
        ...{ value: '1000000000000', takes: 'up to 68719476736 bytes, with the file systems' },
      },
    ]);
    await storesNothing(service);
  });

  it('reports an error in the shared source of all images once', async () => {
    await using service = await startService();
    const images = [guestImageRequest, { ...guestImageRequest, architecture: 'aarch64' as const }];
    const { distribution: _, ...none } = blueprintRequest({ image_requests: images });
    for (const [body, finding, identity] of [
      [none, { pointer: '', detail: 'either distribution or bootc needs to be set' }, {}],
      [
        blueprintRequest({ image_requests: images, distribution: 'rhel-9.6' }),
        {
          ...{ pointer: '/distribution', detail: 'distribution not available', value: 'rhel-9.6' },
          takes: 'centos-9, fedora-42, hummingbird',
        },
        { entitled: false },
      ],
      [
        { ...none, bootc: { reference: 'nothing' } },
        {
          ...{ pointer: '/bootc', detail: "bootc reference 'nothing' not found" },
          takes: 'a reference of GET /distributions?kind=bootc',
        },
        {},
      ],
    ] as const) {
      expect((await validate(service, body, '', identity)).errors).to.deep.equal([finding]);
    }
  });

  it('reports a name that another blueprint of the organization has', async () => {
    await using service = await startService();
    await service.given.blueprint({ name: 'web server', orgId: '000001' });
    expect((await validate(service, blueprintRequest())).valid).to.equal(true);
    await service.given.blueprint({ name: 'web server' });
    expect((await validate(service, blueprintRequest())).errors).to.deep.equal([
      { pointer: '/name', title: 'Name not unique', detail: 'A blueprint with the same name already exists.' },
    ]);
  });

  it('warns of a quota that leaves no room, or not enough', async () => {
    await using service = await startService({ quota: { default: { quota: 1, slidingWindow: 14 * 24 * 3600 * 1e9 } } });
    const two = blueprintRequest({
      image_requests: [guestImageRequest, { ...guestImageRequest, image_type: 'image-installer' }],
    });
    expect((await validate(service, blueprintRequest())).warnings).to.deep.equal([]);
    expect((await validate(service, two)).warnings).to.deep.equal([
      { pointer: '', detail: 'the quota leaves room for 1 of 2 builds' },
    ]);
    await service.given.compose();
    expect(await validate(service, blueprintRequest())).to.deep.equal({
      ...{ valid: true, errors: [] },
      warnings: [{ pointer: '', detail: 'Quota of 1 builds per 14 days exceeded for user' }],
    });
  });

  describe('with a policy', () => {
    const request = () => ({ ...withCustomizations({ openscap, packages: ['aide'] }), distribution: 'rhel-9.6' });
    const policyIs = ({ compliance, contentSources }: TestService, status = 200): void => {
      const data = { id: POLICY, ref_id: 'xccdf_org.ssgproject.content_profile_cis', os_major_version: 9 };
      compliance.get(`/policies/${POLICY}`).reply(status, { data });
      if (status === 200) compliance.get(/tailoring_file.json/).reply(200, '{}');
      contentSources
        .get('/repositories/')
        .query(true)
        .optionally()
        .times(9)
        .reply(200, { data: [], meta: { count: 0 } });
    };

    it('warns of policy requirements that the blueprint lacks', async () => {
      await using service = await startService();
      tailored(service.compliance);
      policyIs(service);
      const { valid, warnings } = await validate(service, request());
      expect(valid).to.equal(true);
      expect(warnings[0]).to.deep.equal({
        pointer: '/customizations/openscap/policy_id',
        title: 'Compliance',
        detail: 'mountpoint /tmp required by policy is not present',
      });
      expect(warnings).to.have.length(7);
    });

    it('reports that the policy does not apply to the distribution', async () => {
      await using service = await startService();
      answersTailorings(service.compliance, 404);
      policyIs(service, 404);
      const { errors } = await validate(service, request());
      expect(errors.map(({ detail }: { detail: string }) => detail)).to.deep.equal([
        'Compliance policy does not have a definition for the latest minor version',
        `Compliance policy (${POLICY}) does not exist`,
      ]);
    });

    it('warns that the policy could not be checked while the compliance service is unavailable', async () => {
      await using service = await startService();
      answersTailorings(service.compliance, 500);
      policyIs(service, 500);
      const { valid, warnings } = await validate(service, request());
      expect(valid).to.equal(true);
      for (const { pointer, detail } of warnings) {
        expect(pointer).to.equal('/customizations/openscap/policy_id');
        expect(detail).to.match(/^could not be checked: /);
      }
      expect(warnings).to.have.length(2);
    });
  });

  it('warns of missing requirements of a security profile, and of a profile that is not offered', async () => {
    await using service = await startService();
    const profile = 'xccdf_org.ssgproject.content_profile_cis';
    service.contentSources.get('/repositories/').query(true).optionally().times(9).reply(200, { data: [] });
    const customizations = { openscap: { profile_id: profile } } as never;
    const offered = { ...withCustomizations(customizations), distribution: 'rhel-9.6' as const };
    const { warnings } = await validate(service, offered);
    expect(warnings).to.have.length.above(0);
    expect(warnings[0]).to.include({ pointer: '/customizations/openscap/profile_id', title: 'Security profile' });
    const other = await validate(service, { ...offered, distribution: 'centos-10' });
    expect(other.warnings).to.deep.equal([
      { pointer: '/customizations/openscap/profile_id', detail: 'centos-10 is not offered with this profile' },
    ]);
  });

  describe('content', () => {
    const dated = blueprintRequest({ image_requests: [{ ...guestImageRequest, snapshot_date: '2026-01-01' }] });

    it('is an error if it does not exist', async () => {
      await using service = await startService();
      const image = { ...guestImageRequest, content_template: '5a0d0000-0000-4000-8000-000000000007' };
      service.contentSources.get(`/templates/${image.content_template}`).reply(404, {});
      const { errors } = await validate(service, blueprintRequest({ image_requests: [image] }));
      expect(errors).to.deep.equal([
        { pointer: '/image_requests/0', detail: `content template ${image.content_template} not found` },
      ]);
    });

    it('is an error if the caller may not read it', async () => {
      await using service = await startService();
      service.contentSources.get('/repositories/').query(true).reply(403, {});
      const { errors } = await validate(service, dated);
      expect(errors[0].detail).to.match(/not authorized/);
    });

    for (const status of [500, 503]) {
      it(`that cannot be looked up, since content sources answers ${status}, is a warning`, async () => {
        await using service = await startService();
        service.contentSources.get('/repositories/').query(true).reply(status, {});
        const { valid, warnings } = await validate(service, dated);
        expect(valid).to.equal(true);
        expect(warnings).to.have.length(1);
        expect(warnings[0].pointer).to.equal('/image_requests/0');
        expect(warnings[0].detail).to.match(/^could not be checked: .*content sources answered/);
      });
    }

    it('is looked up once for images that share it', async () => {
      await using service = await startService();
      const image = { ...awsImage, upload_request: { type: 'aws', options: { share_with_sources: ['17'] } } };
      service.provisioning.get('/sources/17/upload_info').reply(404, {});
      const images = [image, { ...image, size: 1_073_741_824 }] as never[];
      const { errors } = await validate(service, blueprintRequest({ image_requests: images }));
      expect(errors).to.deep.equal([
        {
          pointer: '/image_requests/0/upload_request/options',
          detail: 'Unable to resolve source 17 to an aws account id',
          value: '17',
        },
      ]);
    });
  });

  describe('with depsolve', () => {
    const request = withCustomizations({ packages: ['nginx', '@core'], users: [{ name: 'a', password: 'pass word' }] });

    it('lists the packages of every image, and resolves equal images once', async () => {
      await using service = await startService();
      const asked = resolves(service, [nginx, { ...nginx, name: 'bash', epoch: '1' }]);
      const images = [guestImageRequest, { ...guestImageRequest, size: 1_073_741_824 }];
      const body = await validate(service, { ...request, image_requests: images }, '?depsolve=true');
      const packages = [
        { name: 'bash', epoch: '1', version: '1.24', release: '4.el9', arch: 'x86_64' },
        { name: 'nginx', version: '1.24', release: '4.el9', arch: 'x86_64' },
      ];
      expect(body).to.deep.equal({
        ...{ valid: true, errors: [], warnings: [] },
        images: [0, 1].map((index) => ({ image_request: index, package_count: 2, packages })),
      });
      expect(asked).to.have.length(1);
      expect(asked[0]).to.deep.include({
        ...{ distribution: 'centos-9', architecture: 'x86_64' },
        blueprint: { name: 'depsolve', packages: [{ name: 'nginx' }], groups: [{ name: 'core' }] },
      });
      expect(JSON.stringify(asked)).not.to.contain('pass word');
      await storesNothing(service);
    });

    it('sums up the download size if composer reports it', async () => {
      await using service = await startService();
      resolves(service, [
        { ...nginx, download_size: 1000 },
        { ...nginx, name: 'bash', download_size: 500 },
      ]);
      expect((await validate(service, request, '?depsolve=true')).images[0].download_size).to.equal(1500);
    });

    it('has an error with the packages to check when composer cannot resolve them: it names no cause', async () => {
      await using service = await startService();
      service.composer.post('/depsolve/blueprint').reply(500, { id: '1002', reason: 'no', details: '' });
      const { valid, errors, images, incomplete } = await validate(service, request, '?depsolve=true');
      expect([valid, errors.length, images, incomplete]).to.deep.equal([false, 1, undefined, undefined]);
      expect(errors[0]).to.deep.equal({
        ...{ pointer: '/image_requests/0', title: 'Depsolve' },
        detail:
          'the packages cannot be resolved: the build service does not name the cause. ' +
          'Check that the repositories have, for this architecture: nginx, @core',
      });
    });

    it('names the first packages of many', async () => {
      await using service = await startService();
      service.composer.post('/depsolve/blueprint').reply(500, { id: '1002', reason: 'no' });
      const packages = Array.from({ length: 30 }, (_, index) => `package-${index}`);
      const { errors } = await validate(service, withCustomizations({ packages }), '?depsolve=true');
      expect(errors[0].detail).to.include('package-19, …').and.not.include('package-20');
    });

    it("has composer's reason as an error when it would refuse the build as well, without secrets", async () => {
      await using service = await startService();
      const reason = `no key; Authorization: Bearer abcdefghijklmnop ${'x'.repeat(10_000)}`;
      service.composer.post('/depsolve/blueprint').reply(400, { id: '29', reason, details: '' });
      const { valid, errors } = await validate(service, request, '?depsolve=true');
      expect([valid, errors.length]).to.deep.equal([false, 1]);
      expect(errors[0].detail).to.match(/^the packages cannot be resolved: no key; /);
      expect(errors[0].detail).not.to.contain('abcdefghijklmnop');
      expect(errors[0].detail.length).to.be.below(5_000);
    });

    for (const [what, status, body] of [
      ['is away', 503, {}],
      ['says nothing of the packages', 500, 'oops'],
      ['has too much to do', 429, { id: '1', reason: 'no' }],
      ['answers with something else', 200, { packages: 'none' }],
      ['does not resolve them in time', 500, { id: '1002', reason: 'no', details: 'Depsolve job "1" timed out' }],
      ['cannot start the job', 500, { id: '1005', reason: 'no', details: 'secret-host:5432' }],
      ['has another fault', 500, { id: '10000', reason: 'no', details: '' }],
      ['cannot read the request', 400, { id: '30', reason: 'no', details: 'wrong' }],
    ] as const) {
      it(`does not know whether packages can be resolved when composer ${what}`, async () => {
        await using service = await startService();
        service.composer.post('/depsolve/blueprint').reply(status, body);
        const { valid, warnings, incomplete } = await validate(service, request, '?depsolve=true');
        expect([valid, incomplete]).to.deep.equal([true, true]);
        expect(warnings).to.have.length(1);
        expect(warnings[0].detail)
          .to.match(/^could not be checked now, the packages may or may not be resolvable: composer answered/)
          .and.not.include('secret-host');
      });
    }

    it('does not know whether packages can be resolved when composer does not respond', async () => {
      await using service = await startService();
      service.composer
        .post('/depsolve/blueprint')
        .replyWithError(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
      const { warnings } = await validate(service, request, '?depsolve=true');
      expect(warnings[0].detail).to.match(/: composer did not answer$/);
    });

    for (const query of ['', '?depsolve=false']) {
      it(`does not ask composer without it: ${query}`, async () => {
        await using service = await startService();
        expect((await validate(service, request, query)).images).to.equal(undefined);
      });
    }

    it('accepts only true and false', async () => {
      await using service = await startService();
      for (const value of ['1', 'TRUE', '', 'x'])
        expect(await service.as().post(`${VALIDATE}?depsolve=${value}`, request)).to.be.refused(400, /"depsolve"/);
    });
  });

  it('runs the remaining checks without an identity of the platform', async () => {
    await using service = await startService({ env: { FEDORA_AUTH: 'true' } });
    const client = service.with({ 'x-fedora-identity': fedoraIdentityHeader('jana') });
    const body = blueprintRequest({ image_requests: [{ ...guestImageRequest, snapshot_date: '2026-01-01' }] });
    const reply = await client.post(VALIDATE, body);
    expect(reply.body.errors).to.deep.equal([
      { pointer: '/image_requests/0', detail: 'snapshot_date and content_template need an identity of the platform' },
    ]);
  });

  it('has its own path, which is no blueprint id', async () => {
    await using service = await startService();
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'] as const) {
      const { status, headers } = await service.as().send(method, VALIDATE, {});
      expect([status, headers['allow']]).to.deep.equal([405, 'POST, OPTIONS']);
    }
    expect((await service.as().post('/blueprints/other', {})).status).to.equal(405);
  });
});
