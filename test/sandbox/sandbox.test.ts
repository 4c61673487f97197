import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startSandbox, type SandboxOptions } from '../../packages/sandbox/src/server.ts';
import { createClients, type Client, type Reply } from '../support/client.ts';
import { composeRequest } from '../support/given.ts';
import { startService } from '../support/service.ts';

const API = '/api/image-builder-composer/v2';
const DISTRIBUTIONS = join(import.meta.dirname, '../fixtures/distributions');
const CONTRACT = join(import.meta.dirname, '../../generated/upstream/composer.json');

/**
 * The contract as a validator can use it: upload options overlap, and `additionalProperties: false` inside `allOf` refuses
 * the members of the other parts.
 */
const contract = (): AnySchemaObject => {
  const text = readFileSync(CONTRACT, 'utf8').replaceAll('"oneOf":', '"anyOf":');
  const document = JSON.parse(text) as {
    components: { schemas: Record<string, { allOf?: Record<string, unknown>[] }> };
  };
  for (const part of document.components.schemas['DistributionDetails']?.allOf ?? [])
    delete part['additionalProperties'];
  return document;
};

const document = contract() as {
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { content?: Record<string, unknown> }> }>
  >;
};
const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(document, 'contract');

const operation = (id: string) =>
  Object.values(document.paths)
    .flatMap((item) => Object.values(item))
    .find((candidate) => candidate.operationId === id);

/** Fails unless the contract has the response for the operation. */
const expectContract = (id: string, reply: Reply): void => {
  const response = operation(id)?.responses[reply.status];
  expect(response, `${id}: ${reply.status} ${reply.text}`).not.to.equal(undefined);
  expect(reply.headers['x-sandbox']).to.equal('true');
  const type = reply.headers['content-type']?.split(';')[0] ?? '';
  const content = response?.content?.[type] as { schema: object } | undefined;
  expect(content, `${id}: ${type}`).not.to.equal(undefined);
  if (type !== 'application/json') return;
  const schema = JSON.parse(JSON.stringify(content?.schema).replaceAll('"#/', '"contract#/')) as object;
  const validate = ajv.compile(schema);
  expect(validate(reply.body), `${id}: ${JSON.stringify(validate.errors)} ${reply.text}`).to.equal(true);
};

const image = (type: string, options: object = { region: 'eu-west-1' }) => ({
  ...{ architecture: 'x86_64', image_type: type, repositories: [{ baseurl: 'http://mirror.test/', rhsm: false }] },
  upload_options: options,
});
const request = (type = 'guest-image', packages: string[] = [], options?: object) => ({
  distribution: 'centos-9',
  customizations: { packages },
  image_request: image(type, options),
});

/** A sandbox whose clock only the test moves, and a client with a token. */
const startStillSandbox = async (options: Partial<SandboxOptions> = {}) => {
  let time = 1_000_000;
  const sandbox = await startSandbox({ port: 0, distributionsDir: DISTRIBUTIONS, now: () => time, ...options });
  const clients = createClients(Number(new URL(sandbox.url).port));
  const anonymous = clients.create(API);
  const root = clients.create('');
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const token = (fields: string): Promise<Reply> => root.post('/token', fields, form);
  const { body } = await token('grant_type=client_credentials&client_id=a&client_secret=b');
  const authorized = clients.create(API, { authorization: `Bearer ${body.access_token}` });

  const start = async (what: unknown = request(), client: Client = authorized): Promise<string> => {
    const reply = await client.post('/compose', what);
    expectContract('postCompose', reply);
    expect(reply.status, reply.text).to.equal(201);
    return reply.body.id;
  };
  const statusOf = async (id: string) => {
    const reply = await authorized.get(`/composes/${id}`);
    expectContract('getComposeStatus', reply);
    return reply.body;
  };
  return {
    ...{ sandbox, anonymous, root, token, client: authorized, start, statusOf },
    wait: (seconds: number): void => void (time += seconds * 1000),
    [Symbol.asyncDispose]: async () => {
      clients[Symbol.dispose]();
      await sandbox.close();
    },
  };
};

describe('the sandbox of composer', () => {
  it('requires a token that it issued, and issues one to every client', async () => {
    await using still = await startStillSandbox();
    for (const authorization of [undefined, 'Bearer wrong', 'Basic YTpi']) {
      const reply = await still.anonymous.get('/openapi', { headers: { authorization } });
      expect([reply.status, reply.body.kind]).to.deep.equal([401, 'SandboxError']);
    }
    expect((await still.token('grant_type=password')).status).to.equal(400);
    expect((await still.token('grant_type=client_credentials')).status).to.equal(401);
    expect((await still.client.get('/openapi')).status).to.equal(200);
  });

  it('forgets tokens after their time', async () => {
    await using still = await startStillSandbox();
    still.wait(899);
    expect((await still.client.get('/openapi')).status).to.equal(200);
    still.wait(1);
    expect((await still.client.get('/openapi')).status).to.equal(401);
  });

  it('takes a build through its states by the time since it was started', async () => {
    await using still = await startStillSandbox();
    const id = await still.start();
    const states: string[] = [];
    for (let i = 0; i <= 12; i += 1) {
      const { status, image_status: shown } = await still.statusOf(id);
      states.push(shown.status);
      expect(status).to.equal(shown.status === 'success' ? 'success' : 'pending');
      expect(shown.progress !== undefined).to.equal(shown.status === 'building');
      still.wait(0.5);
    }
    expect([...new Set(states)]).to.deep.equal(['pending', 'building', 'success']);
    expect(states.at(-1)).to.equal('success');
  });

  it('never goes back in the progress of a build', async () => {
    await using still = await startStillSandbox();
    const id = await still.start();
    let last = -1;
    for (let i = 0; i < 60; i += 1) {
      const { progress } = (await still.statusOf(id)).image_status;
      if (progress) {
        expect(progress.done).to.be.lessThan(progress.total);
        const done = progress.done + progress.subprogress.done / (progress.subprogress.total + 1);
        expect(done).to.be.at.least(last);
        last = done;
      }
      still.wait(0.1);
    }
    expect(last).to.be.greaterThan(4);
  });

  const uploads: Readonly<Record<string, [type: string, options: object, shown: Record<string, RegExp>]>> = {
    aws: [
      'aws',
      { region: 'eu-west-1', share_with_accounts: [] },
      { ami: /^ami-[0-9a-f]{17}$/, region: /^eu-west-1$/ },
    ],
    gcp: ['gcp', { region: 'eu', image_name: 'mine' }, { project_id: /^sandbox-project$/, image_name: /^mine$/ }],
    azure: ['azure', { tenant_id: 'a', subscription_id: 'b', resource_group: 'c' }, { image_name: /^sandbox-/ }],
    oci: ['oci.objectstorage', {}, { url: /^http:\/\/127\.0\.0\.1:\d+\/sandbox\/images\// }],
    'guest-image': ['aws.s3', { region: 'eu' }, { url: /\/disk\.qcow2$/ }],
    'image-installer': ['aws.s3', { region: 'eu' }, { url: /\/installer\.iso$/ }],
  };
  for (const [imageType, [type, options, shown]] of Object.entries(uploads)) {
    it(`returns the location of an image of type ${imageType}`, async () => {
      await using still = await startStillSandbox();
      const id = await still.start(request(imageType, [], options));
      still.wait(6);
      const { upload_status: upload } = (await still.statusOf(id)).image_status;
      expect(upload).to.deep.include({ status: 'success', type });
      expect(Object.keys(upload.options)).to.have.members(Object.keys(shown));
      for (const [name, pattern] of Object.entries(shown)) expect(upload.options[name]).to.match(pattern);
      if (upload.options.url) {
        const found = await still.root.get(new URL(upload.options.url).pathname);
        expect([found.status, found.text]).to.deep.equal([200, 'Sandbox: there is no image here, nothing was built\n']);
      }
    });
  }

  it('lists the packages of a successful compose: requested packages and base packages', async () => {
    await using still = await startStillSandbox();
    const what = request('guest-image', ['nginx', '@web-server']);
    const id = await still.start(what);
    const before = await still.client.get(`/composes/${id}/metadata`);
    expectContract('getComposeMetadata', before);
    expect(before.body).to.deep.include({ request: what }).and.not.to.have.property('packages');
    still.wait(6);
    const after = await still.client.get(`/composes/${id}/metadata`);
    expectContract('getComposeMetadata', after);
    const names = after.body.packages.map(({ name }: { name: string }) => name);
    expect(names).to.include.members(['nginx', 'web-server', 'bash', 'kernel']);
  });

  it('has the SBOMs of a successful compose: SPDX documents of the image and of the build environment', async () => {
    await using still = await startStillSandbox();
    const id = await still.start(request('guest-image', ['nginx', '@web-server']));
    const before = await still.client.get(`/composes/${id}/sboms`);
    expectContract('getComposeSBOMs', before);
    expect([before.status, before.body.id]).to.deep.equal([404, '15']);
    expect(before.body.details).to.match(/missing SBOMs$/);
    still.wait(6);
    const after = await still.client.get(`/composes/${id}/sboms`);
    expectContract('getComposeSBOMs', after);
    const [[buildroot, image]] = after.body.items;
    expect([buildroot.pipeline_name, buildroot.pipeline_purpose]).to.deep.equal(['build', 'buildroot']);
    expect([image.pipeline_name, image.pipeline_purpose]).to.deep.equal(['os', 'image']);
    const { body } = await still.client.get(`/composes/${id}/metadata`);
    const names = (packages: readonly { name: string }[]) => packages.map(({ name }) => name);
    expect(names(image.sbom.packages)).to.deep.equal(names(body.packages));
    for (const { sbom } of [buildroot, image]) {
      expect(sbom).to.include({ spdxVersion: 'SPDX-2.3', dataLicense: 'CC0-1.0', SPDXID: 'SPDXRef-DOCUMENT' });
      expect(sbom.creationInfo.created).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const ids = sbom.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
      expect(new Set(ids).size).to.equal(ids.length);
      for (const one of ids) expect(one).to.match(/^SPDXRef-[A-Za-z0-9.-]+$/);
      expect(sbom.relationships).to.have.length(ids.length);
    }
  });

  it('has no SBOMs of an image whose packages come from a container', async () => {
    await using still = await startStillSandbox({ duration: 0 });
    const bootc = { reference: 'registry.test/os:9' };
    const id = await still.start({ bootc, image_request: { ...image('guest-image'), repositories: [] } });
    const reply = await still.client.get(`/composes/${id}/sboms`);
    expect([reply.status, reply.body.id]).to.deep.equal([404, '15']);
    expect(reply.body.details).to.match(/manifest job dependency is missing depsolve job dependency$/);
  });

  it('has the logs of a compose so far, and the reason of its failure', async () => {
    await using still = await startStillSandbox();
    const logsOf = async (id: string) => {
      const reply = await still.client.get(`/composes/${id}/logs`);
      expectContract('getComposeLogs', reply);
      return reply.body.image_builds[0];
    };
    const [id, failing] = [await still.start(), await still.start(request('guest-image', ['sandbox-fail']))];
    expect(await logsOf(id)).to.deep.equal({ success: false, arch: 'x86_64', host_os: 'sandbox' });
    still.wait(3);
    expect(Object.keys((await logsOf(id)).osbuild_output.log))
      .to.include('build')
      .and.not.to.include('image');
    expect((await logsOf(failing)).job_error.reason).to.match(/^Sandbox: /);
    still.wait(3);
    const { success, osbuild_output: output } = await logsOf(id);
    expect([success, Object.keys(output.log)]).to.deep.equal([true, ['build', 'os', 'image']]);
  });

  it('gives a commit to images that are one', async () => {
    await using still = await startStillSandbox();
    const id = await still.start(request('edge-commit'));
    still.wait(6);
    const reply = await still.client.get(`/composes/${id}/metadata`);
    expect(reply.body.ostree_commit).to.match(/^[0-9a-f]{64}$/);
  });

  it('fails a compose with the package sandbox-fail, with the cause inside two wrappers', async () => {
    await using still = await startStillSandbox();
    const id = await still.start(request('guest-image', ['sandbox-fail']));
    expect((await still.statusOf(id)).image_status.status).to.equal('pending');
    still.wait(6);
    const { status, image_status: shown } = await still.statusOf(id);
    expect([status, shown.status]).to.deep.equal(['failure', 'failure']);
    expect([shown.error.id, shown.error.details[0].id, shown.error.details[0].details[0].id]).to.deep.equal([9, 5, 22]);
    expect(shown).not.to.have.property('upload_status');
  });

  it('reports every failed job before the build, each around its cause', async () => {
    await using still = await startStillSandbox();
    const packages = ['sandbox-fail-container', 'sandbox-fail-ostree'];
    const id = await still.start(request('guest-image', packages));
    still.wait(6);
    const { error } = (await still.statusOf(id)).image_status;
    type JobError = { readonly id: number; readonly details: readonly JobError[] };
    const failed = (error.details as readonly JobError[]).map((job) => [job.id, job.details[0]?.id]);
    expect([error.id, failed]).to.deep.equal([
      9,
      [
        [31, 30],
        [35, 33],
      ],
    ]);
  });

  it('takes a minute for a build with the package sandbox-slow', async () => {
    await using still = await startStillSandbox();
    const id = await still.start(request('guest-image', ['sandbox-slow']));
    still.wait(59);
    expect((await still.statusOf(id)).status).to.equal('pending');
    still.wait(1);
    expect((await still.statusOf(id)).status).to.equal('success');
  });

  it('applies the options of the command line to every compose', async () => {
    await using failing = await startStillSandbox({ fail: true });
    const failed = await failing.start();
    failing.wait(6);
    expect((await failing.statusOf(failed)).status).to.equal('failure');
    await using instant = await startStillSandbox({ duration: 0 });
    expect((await instant.statusOf(await instant.start())).status).to.equal('success');
    await using slow = await startStillSandbox({ duration: 100_000 });
    const waiting = await slow.start();
    slow.wait(99);
    expect((await slow.statusOf(waiting)).status).to.equal('pending');
  });

  const base = { baseurl: 'http://mirror.test/', rhsm: false };
  const withImage = (changes: object) => ({ ...request(), image_request: { ...image('guest-image'), ...changes } });
  const withCustomizations = (customizations: object) => ({ ...request(), customizations });
  const refused: Readonly<Record<string, [body: unknown, id: string, status?: number]>> = {
    'the package sandbox-refuse': [request('guest-image', ['sandbox-refuse']), '35'],
    'the package sandbox-no-manifest': [request('guest-image', ['sandbox-no-manifest']), '1005', 500],
    'a distribution it does not know': [{ ...request(), distribution: 'windows' }, '4'],
    'an architecture the distribution lacks': [withImage({ architecture: 's390x' }), '5'],
    'an image type the contract does not know': [request('floppy'), '30'],
    'an image type the architecture lacks': [request('iot-commit'), '6'],
    'an image type that is not made of a container': [
      { bootc: { reference: 'registry.test/os:9' }, image_request: { ...image('image-installer'), repositories: [] } },
      '6',
    ],
    'a member the contract does not know': [{ ...request(), colour: 'red' }, '30'],
    'neither distribution nor bootc': [{ image_request: image('guest-image') }, '30'],
    'no image': [{ distribution: 'centos-9' }, '25'],
    'several images': [{ distribution: 'centos-9', image_requests: [image('aws'), image('guest-image')] }, '25'],
    'a repository without address': [withImage({ repositories: [{ rhsm: false }] }), '7'],
    'a repository that is checked without a key': [withImage({ repositories: [{ ...base, check_gpg: true }] }), '29'],
    'a payload repository without address': [withCustomizations({ payload_repositories: [{ rhsm: false }] }), '7'],
    'a payload repository that is checked without a key': [
      withCustomizations({ payload_repositories: [{ ...base, check_gpg: true }] }),
      '29',
    ],
    'a file whose path ends with a slash': [withCustomizations({ files: [{ path: '/etc/motd/' }] }), '35'],
    'an upload target of another image type': [
      withImage({ upload_targets: [{ type: 'gcp', upload_options: { region: 'eu' } }] }),
      '38',
    ],
    'an OSTree content address without an address': [
      withImage({ ostree: { contenturl: 'http://ostree.test/' } }),
      '27',
    ],
    'what is not JSON': ['{', '20'],
  };
  for (const [what, [body, id, status = 400]] of Object.entries(refused)) {
    it(`refuses ${what} with composer's error object`, async () => {
      await using still = await startStillSandbox();
      const reply = await still.client.post('/compose', body);
      expectContract('postCompose', reply);
      expect([reply.status, reply.body.id, reply.body.kind]).to.deep.equal([status, id, 'SandboxError']);
      expect(reply.body.details).to.be.a('string');
      expect(reply.body.reason).to.match(/^Sandbox: /);
      expect((await still.client.get('/composes/')).body).to.equal(null);
    });
  }

  it('takes customizations that the image type drops', async () => {
    await using still = await startStillSandbox();
    const { client, start } = still;
    await start({ ...request('network-installer'), customizations: { packages: ['nginx'], hostname: 'web' } });
    expect((await client.get('/composes/')).body).to.have.length(1);
  });

  it('refuses a media type with parameters', async () => {
    await using still = await startStillSandbox();
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const reply = await still.client.post('/compose', request(), { headers });
    expect([reply.status, reply.body.id]).to.deep.equal([415, '3']);
  });

  it('lists composes as an array in the order of their ids, and null without any', async () => {
    await using still = await startStillSandbox();
    const empty = await still.client.get('/composes/');
    expectContract('getComposeList', empty);
    expect(empty.body).to.equal(null);
    const ids = [await still.start(), await still.start()];
    const list = await still.client.get('/composes/');
    expectContract('getComposeList', list);
    const { body } = list;
    expect(body.map(({ id }: { id: string }) => id)).to.deep.equal(ids.sort());
    expect(body[0]).to.include({ status: 'pending' });
  });

  it('refuses to clone with error objects', async () => {
    await using still = await startStillSandbox();
    const clone = async (id: string) => {
      const reply = await still.client.post(`/composes/${id}/clone`, { region: 'us-east-1' });
      if (reply.status !== 500) expectContract('postCloneCompose', reply);
      return [reply.status, reply.body.id];
    };
    const options = { region: 'eu-west-1', share_with_accounts: [] };
    const running = await still.start(request('aws', [], options));
    expect(await clone(running)).to.deep.equal([400, '31']);
    const ids = [await still.start(request('aws', ['sandbox-fail'], options)), await still.start()];
    const targets = ['aws', 'aws'].map((type) => ({ type, upload_options: options }));
    const several = await still.start({
      ...request(),
      image_request: { ...image('aws'), upload_options: undefined, upload_targets: targets },
    });
    still.wait(6);
    expect(await Promise.all([...ids, several, crypto.randomUUID()].map(clone))).to.deep.equal([
      [400, '31'],
      [400, '32'],
      [500, '1006'],
      [404, '15'],
    ]);
  });

  it('responds to every read as the contract declares, for existing and for unknown objects', async () => {
    await using still = await startStillSandbox();
    const id = await still.start(request('aws', [], { region: 'eu-west-1', share_with_accounts: [] }));
    still.wait(6);
    const clone = await still.client.post(`/composes/${id}/clone`, { region: 'us-east-1' });
    expectContract('postCloneCompose', clone);
    const reads = {
      getOpenapi: ['/openapi'],
      getComposeLogs: [`/composes/${id}/logs`],
      getComposeManifests: [`/composes/${id}/manifests`],
      getComposeSBOMs: [`/composes/${id}/sboms`],
      getCloneStatus: [`/clones/${clone.body.id}`],
      getDistributionList: ['/distributions'],
      getDistribution: [
        '/distributions/centos-9',
        '/distributions/rhel-10.1-composer?architecture=x86_64&image_type=aws',
      ],
      getError: ['/errors/30'],
      getErrorList: ['/errors', '/errors?page=1&size=2'],
    };
    for (const [operationId, paths] of Object.entries(reads)) {
      for (const path of paths) {
        const reply = await still.client.get(path);
        expect(reply.status, `${path} ${reply.text}`).to.equal(200);
        expectContract(operationId, reply);
      }
    }
    const unknown = crypto.randomUUID();
    const missing = {
      getComposeStatus: `/composes/${unknown}`,
      getComposeMetadata: `/composes/${unknown}/metadata`,
      getCloneStatus: `/clones/${unknown}`,
      getDistribution: '/distributions/windows',
      getError: '/errors/1000000',
    };
    for (const [operationId, path] of Object.entries(missing)) {
      const reply = await still.client.get(path);
      expect(reply.status, path).to.equal(404);
      expectContract(operationId, reply);
    }
    const malformed = await still.client.get('/composes/1');
    expect([malformed.status, malformed.body.id]).to.deep.equal([400, '14']);
    expectContract('getComposeStatus', malformed);
    expect((await still.client.get('/nowhere')).status).to.equal(404);
    expect((await still.client.put('/compose', {})).status).to.equal(405);
  });

  it('narrows the details of a distribution down', async () => {
    await using still = await startStillSandbox();
    const { body } = await still.client.get(
      '/distributions/centos-9?architecture=aarch64&image_type=aws&image_type=oci',
    );
    expect(Object.keys(body.architectures)).to.deep.equal(['aarch64']);
    const types = body.architectures.aarch64.image_types;
    expect(Object.keys(types)).to.deep.equal(['ami']);
    expect(types.ami).to.include.keys('name', 'aliases', 'boot_mode', 'supported_blueprint_options');
  });

  it('resolves and finds packages', async () => {
    await using still = await startStillSandbox();
    const where = { distribution: 'centos-9', architecture: 'x86_64' };
    const depsolved = await still.client.post('/depsolve/blueprint', {
      ...where,
      blueprint: { name: 'b', packages: [{ name: 'nginx' }] },
    });
    expectContract('postDepsolveBlueprint', depsolved);
    const names = depsolved.body.packages.map(({ name }: { name: string }) => name);
    expect(names).to.include.members(['bash', 'kernel', 'nginx']);
    expect(names).to.deep.equal([...new Set(names)].sort());
    const found = await still.client.post('/search/packages', { ...where, packages: ['httpd*'] });
    expectContract('postSearchPackages', found);
    expect(found.body.packages.map(({ name }: { name: string }) => name)).to.deep.equal(['httpd', 'httpd-tools']);
  });

  it('resolves the same to the same, a package that changes to another version, and one that is missing not at all', async () => {
    await using still = await startStillSandbox();
    const resolve = (...names: string[]) =>
      still.client.post('/depsolve/blueprint', {
        ...{ distribution: 'centos-9', architecture: 'x86_64', image_type: 'guest-image', repositories: [] },
        blueprint: { name: 'b', packages: names.map((name) => ({ name })), groups: [{ name: 'core' }] },
      });
    expect((await resolve('nginx')).body).to.deep.equal((await resolve('nginx')).body);
    const versions = [await resolve('sandbox-changing'), await resolve('sandbox-changing')].map(
      ({ body }) => body.packages.find(({ name }: { name: string }) => name === 'sandbox-changing').version,
    );
    expect(versions[0]).not.to.equal(versions[1]);
    const refused = await resolve('sandbox-fail');
    expectContract('postDepsolveBlueprint', refused);
    expect([refused.status, refused.body.id, refused.body.details]).to.deep.equal([500, '1002', '']);
    const late = await resolve('sandbox-timeout');
    expect([late.status, late.body.id]).to.deep.equal([500, '1002']);
    expect(late.body.details).to.match(/^Depsolve job "[0-9a-f-]{36}" timed out$/);
  });

  it('refuses to resolve packages for what it does not know, and for another distribution than the blueprint', async () => {
    await using still = await startStillSandbox();
    for (const [changes, id] of [
      [{ distribution: 'nothing-1' }, '4'],
      [{ architecture: 'z80' }, '5'],
      [{ image_type: 'iot-commit' }, '6'],
      [{ repositories: [{ ...base, check_gpg: true }] }, '29'],
      [{ blueprint: { name: 'b', distro: 'centos-10' } }, '40'],
    ] as const) {
      const body: object = {
        ...{ distribution: 'centos-9', architecture: 'x86_64', blueprint: { name: 'b' } },
        ...changes,
      };
      const reply = await still.client.post('/depsolve/blueprint', body);
      expect([reply.status, reply.body.id]).to.deep.equal([400, id]);
    }
  });

  it('deletes a compose', async () => {
    await using still = await startStillSandbox();
    const id = await still.start();
    const reply = await still.client.delete(`/composes/${id}`);
    expectContract('deleteCompose', reply);
    expect(reply.status).to.equal(200);
    expect((await still.client.get(`/composes/${id}`)).status).to.equal(404);
    expect((await still.client.delete(`/composes/${id}`)).status).to.equal(404);
  });

  it('stores composes in a file, so that they survive a restart', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'image-builder-sandbox-'));
    try {
      const stateFile = join(directory, 'state.json');
      let id: string;
      {
        await using first = await startStillSandbox({ stateFile });
        id = await first.start();
      }
      {
        await using second = await startStillSandbox({ stateFile });
        expect((await second.statusOf(id)).status).to.equal('pending');
        await second.client.delete(`/composes/${id}`);
      }
      expect(JSON.parse(await readFile(stateFile, 'utf8'))).to.deep.equal({ builds: [], clones: [] });
      await writeFile(stateFile, '{"something":"else"}');
      const failure = await startSandbox({ port: 0, stateFile }).catch((error: unknown) => (error as Error).message);
      expect(failure).to.equal(`${stateFile} holds no state of a sandbox: remove it, or name another file`);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('accepts the requests of the service', async () => {
    await using still = await startStillSandbox();
    const { url } = still.sandbox;
    await using service = await startService({ env: { COMPOSER_URL: url, COMPOSER_TOKEN_URL: `${url}/token` } });
    expect((await service.root.get('/ready')).status).to.equal(200);
    const customizations = { packages: ['nginx'], users: [{ name: 'me', password: 'secret' }] };
    const started = await service.as().post('/compose', { ...composeRequest, customizations });
    expect(started.status, started.text).to.equal(201);
    const path = `/composes/${started.body.id}`;
    expect((await service.as().get(path)).body.image_status.status).to.equal('pending');
    still.wait(6);
    const finished = await service.as().get(path);
    expect(finished.body.image_status).to.deep.include({ status: 'success' });
    expect(finished.body.image_status.upload_status.options.url).to.match(/disk\.qcow2$/);
    const metadata = await service.as().get(`${path}/metadata`);
    expect(metadata.status, metadata.text).to.equal(200);
    expect((await service.as().get('/distributions/centos-9')).status).to.equal(200);

    const refused = await service
      .as()
      .post('/compose', { ...composeRequest, customizations: { packages: ['sandbox-refuse'] } });
    expect(refused).to.be.refused(400, /Sandbox: a customization is not valid: Sandbox: because of package/);
    const failed = await service
      .as()
      .post('/compose', { ...composeRequest, customizations: { packages: ['sandbox-fail'] } });
    still.wait(6);
    const { error } = (await service.as().get(`/composes/${failed.body.id}`)).body.image_status;
    expect(error).to.deep.include({ id: 22, reason: 'Sandbox: DNF error occurred: MarkingErrors' });
  });
});
