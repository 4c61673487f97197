// The web console sends requests with the platform's identity and sends `X-ImageBuilder-ui: true` with everything.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client, RequestOptions } from '../support/client.ts';
import { blueprintBody, composeRequest, guestImageRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const console_ = (service: TestService): Client =>
  service.with({ 'x-rh-identity': identityHeader(), 'X-ImageBuilder-ui': 'true' });

/** A build of an image type. */
const request = (image_type: string) => ({
  ...composeRequest,
  image_requests: [{ ...guestImageRequest, image_type }],
});

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

const ids = (body: { data: readonly { id: string }[] }): readonly string[] => body.data.map(({ id }) => id);

const hasStatus = (service: TestService, id: string, image_status: object): void =>
  service.composer.hasStatus(id, { id, status: 'pending', image_status });

/** Sends a GET that has to return 200. */
const read = async (client: Client, path: string, options?: RequestOptions) => {
  const reply = await client.get(path, options);
  expect(reply.status, `${path}: ${reply.text}`).to.equal(200);
  return reply.body;
};

describe('the web console: the table of images', () => {
  it('reads pages of composes without the types that it does not display', async () => {
    await using service = await startService();
    const shown = [];
    for (const [index, type] of ['guest-image', 'edge-commit', 'aws', 'edge-installer', 'gcp'].entries()) {
      const id = await service.given.compose({ request: request(type), createdAt: minutesAgo(index) });
      if (!type.startsWith('edge')) shown.push(id);
    }
    const filter = 'ignoreImageTypes=edge-commit&ignoreImageTypes=edge-installer';
    const first = await read(console_(service), `/composes?limit=2&offset=0&${filter}`);
    const second = await read(console_(service), `/composes?limit=2&offset=2&${filter}`);
    expect([...ids(first), ...ids(second)]).to.deep.equal(shown);
    // Paging is driven by the count alone.
    expect([first.meta.count, second.meta.count]).to.deep.equal([3, 3]);
  });

  it('polls the status of every row until it is final', async () => {
    await using service = await startService();
    const rows = [await service.given.compose(), await service.given.compose()];
    const ends: Readonly<Record<string, string>> = { [rows[0] ?? '']: 'success', [rows[1] ?? '']: 'failure' };
    for (const id of rows)
      for (const status of ['pending', 'building', 'uploading', ends[id]]) hasStatus(service, id, { status });
    const open = new Set(rows);
    const seen: Record<string, string[]> = {};
    while (open.size > 0) {
      for (const id of open) {
        const { status } = (await read(console_(service), `/composes/${id}`)).image_status;
        (seen[id] ??= []).push(status);
        if (status === 'success' || status === 'failure') open.delete(id);
      }
    }
    for (const id of rows) expect(seen[id]).to.deep.equal(['pending', 'building', 'uploading', ends[id]]);
  });

  it('lists the newest build first', async () => {
    await using service = await startService();
    const older = await service.given.compose({ createdAt: minutesAgo(2) });
    const newest = await service.given.compose({ createdAt: minutesAgo(1) });
    const oldest = await service.given.compose({ createdAt: minutesAgo(3) });
    expect(ids(await read(console_(service), '/composes?limit=10&offset=0'))).to.deep.equal([newest, older, oldest]);
  });

  const targets = {
    aws: { ami: 'ami-1', region: 'us-east-1' },
    'aws.s3': { url: 'https://bucket.test/disk.qcow2' },
    gcp: { project_id: 'project', image_name: 'image' },
    azure: { image_name: 'image' },
    'oci.objectstorage': { url: 'https://oci.test/disk.qcow2' },
  };
  for (const [type, options] of Object.entries(targets)) {
    it(`recognizes an upload to ${type} by the keys of its options, which no other target has`, async () => {
      await using service = await startService();
      const id = await service.given.compose();
      const everything = Object.assign({}, ...Object.values(targets), options) as object;
      hasStatus(service, id, { status: 'success', upload_status: { status: 'success', type, options: everything } });
      const { upload_status } = (await read(console_(service), `/composes/${id}`)).image_status;
      expect(upload_status.options).to.deep.equal(options);
    });
  }
});

describe('the web console: blueprints', () => {
  it('reads pages of blueprints', async () => {
    await using service = await startService();
    const made = [];
    for (const minutes of [1, 2, 3]) made.push((await service.given.blueprint({ createdAt: minutesAgo(minutes) })).id);
    const first = await read(console_(service), '/blueprints?limit=2&offset=0');
    const second = await read(console_(service), '/blueprints?limit=2&offset=2');
    expect([...ids(first), ...ids(second)]).to.deep.equal(made);
    expect(first.meta.count).to.equal(3);
  });

  it('searches without a limit', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'Web server' });
    await service.given.blueprint({ name: 'database' });
    const found = await read(console_(service), '/blueprints?search=web');
    expect([ids(found), found.meta.count]).to.deep.equal([[id], 1]);
  });

  it('checks by exact name whether a name is free: by the count, and the id of its blueprint', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ name: 'web server' });
    await service.given.blueprint({ name: 'web server 2' });
    const taken = await read(console_(service), '/blueprints?name=web%20server');
    expect([taken.meta.count, taken.data[0].id]).to.deep.equal([1, id]);
    const free = await read(console_(service), '/blueprints?name=web');
    expect([free.meta.count, free.data]).to.deep.equal([0, []]);
  });

  it('reads two versions for a comparison', async () => {
    await using service = await startService();
    const versions = [['nginx'], ['nginx', 'tmux']].map((packages) => ({
      ...blueprintBody,
      customizations: { packages },
    }));
    const { id } = await service.given.blueprint({ versions });
    for (const [index, { customizations }] of versions.entries()) {
      const body = await read(console_(service), `/blueprints/${id}?version=${index + 1}`);
      expect(body.customizations).to.deep.equal(customizations);
    }
  });

  it('creates one with the metadata of one that was never exported', async () => {
    await using service = await startService();
    const metadata = { parent_id: null, exported_at: '', is_on_prem: false };
    const reply = await console_(service).post('/blueprints', {
      ...blueprintBody,
      name: 'web',
      description: '',
      metadata,
    });
    expect(reply.status, reply.text).to.equal(201);
    expect((await read(console_(service), `/blueprints/${reply.body.id}`)).name).to.equal('web');
  });

  it('sends the distribution beside the base image, and gets an image of the latter', async () => {
    await using service = await startService();
    const [base] = await read(console_(service), '/distributions?kind=bootc&arch=x86_64&type=guest-image');
    const body = { ...blueprintBody, name: 'image mode', bootc: { reference: base.reference }, customizations: {} };
    const { status, text, body: created } = await console_(service).post('/blueprints', body);
    expect(status, text).to.equal(201);
    const stored = await read(console_(service), `/blueprints/${created.id}`);
    expect([stored.distribution, stored.bootc]).to.deep.equal(['centos-9', { reference: base.reference }]);
    service.composer.accepts();
    expect((await console_(service).post(`/blueprints/${created.id}/compose`, {})).status).to.equal(201);
    const [sent] = service.composer.requests;
    expect(sent?.bootc?.reference).to.equal(base.reference);
    expect(sent).not.to.have.property('distribution');
  });

  it('saves users as they came, with hasPassword, and their passwords stay', async () => {
    await using service = await startService();
    const users = [{ name: 'admin', password: 'a password', groups: ['wheel'] }];
    const body = { ...blueprintBody, name: 'web', customizations: { users } };
    const { id } = (await console_(service).post('/blueprints', body)).body;
    const { customizations } = await read(console_(service), `/blueprints/${id}`);
    expect(customizations.users).to.deep.equal([{ name: 'admin', groups: ['wheel'], hasPassword: true }]);

    const saved = await console_(service).put(`/blueprints/${id}`, { ...body, customizations });
    expect(saved.status, saved.text).to.equal(200);
    const { rows } = await service.sql.query(
      "SELECT body->'customizations'->'users'->0->>'password' AS hash FROM blueprint_versions ORDER BY version",
    );
    expect(rows[0].hash).to.match(/^\$6\$/);
    expect(rows[1].hash).to.equal(rows[0].hash);
  });
});

describe('the web console: the builds of a blueprint', () => {
  /** A blueprint of two versions with a build of each, the older version's first. */
  const built = async ({ given }: TestService) => {
    const { id, versionIds } = await given.blueprint({ versions: [blueprintBody, blueprintBody] });
    const [old, current] = [
      await given.compose({ blueprintVersionId: versionIds[0] ?? '', createdAt: minutesAgo(5) }),
      await given.compose({ blueprintVersionId: versionIds[1] ?? '', createdAt: minutesAgo(1) }),
    ];
    return { id, old, current };
  };

  it('requests the composes of a version by its number, and of the newest version by -1', async () => {
    await using service = await startService();
    const { id, old, current } = await built(service);
    const path = `/blueprints/${id}/composes?limit=10&offset=0`;
    expect(ids(await read(console_(service), `${path}&blueprint_version=1`))).to.deep.equal([old]);
    expect(ids(await read(console_(service), `${path}&blueprint_version=-1`))).to.deep.equal([current]);
    expect(ids(await read(console_(service), path))).to.deep.equal([current, old]);
  });

  it('compares the version of the newest build with that of the blueprint', async () => {
    await using service = await startService();
    const { id } = await built(service);
    const newestBuild = async () =>
      (await read(console_(service), `/blueprints/${id}/composes`)).data[0].blueprint_version;
    const version = async () => (await read(console_(service), '/blueprints?limit=10&offset=0')).data[0].version;
    expect([await newestBuild(), await version()]).to.deep.equal([2, 2]);
    await console_(service).put(`/blueprints/${id}`, { ...blueprintBody, name: 'changed' });
    // Now there is a newer version than what was built.
    expect([await newestBuild(), await version()]).to.deep.equal([2, 3]);
  });

  it('receives 404 for a missing blueprint, and for nothing else', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    const { data, meta } = await read(console_(service), `/blueprints/${id}/composes`);
    expect([data, meta.count]).to.deep.equal([[], 0]);
    const unknown = await console_(service).get('/blueprints/6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10/composes');
    expect(unknown).to.be.refused(404, 'blueprint not found');
    await service.sql.query('ALTER TABLE composes RENAME TO elsewhere');
    const failure = await console_(service).get(`/blueprints/${id}/composes`);
    expect(failure.status).to.be.at.least(500);
  });

  it('is stored as the client of its composes', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint();
    service.composer.accepts();
    await console_(service).post(`/blueprints/${id}/compose`, { image_types: ['guest-image'] });
    const { data } = await read(console_(service), `/blueprints/${id}/composes`);
    expect(data[0].client_id).to.equal('ui');
  });
});

describe('the web console: what can be built', () => {
  it('lists base images of image mode by architecture', async () => {
    await using service = await startService();
    const all = await read(console_(service), '/distributions?kind=bootc');
    const some = await read(console_(service), '/distributions?kind=bootc&arch=x86_64');
    expect(some).to.deep.equal(all.filter(({ arch }: { arch: string }) => arch === 'x86_64'));
    expect(some).not.to.deep.equal([]);
    for (const item of some) expect(item).to.include.all.keys('distro', 'name', 'type', 'arch', 'reference');
  });

  it('requests the capabilities of an image type of a distribution', async () => {
    await using service = await startService();
    const architectures = {
      x86_64: {
        name: 'x86_64',
        image_types: { aws: { name: 'aws', supported_blueprint_options: ['customizations.user'] } },
      },
    };
    service.composer
      .get('/distributions/centos-9?architecture=x86_64&image_type=aws')
      .reply(200, { name: 'centos-9', architectures });
    const body = await read(console_(service), '/distributions/centos-9?architecture=x86_64&image_type=aws');
    expect(body.architectures).to.deep.equal(architectures);
  });

  it('requests recommendations for the selected packages', async () => {
    await using service = await startService();
    service.recommendations.post('/packages/recommendations').reply(200, { packages: ['certbot'], modelVersion: '7' });
    const body = { packages: ['nginx'], recommendedPackages: 5, distribution: 'rhel9' };
    const reply = await console_(service).post('/experimental/recommendations', body);
    expect([reply.status, reply.body.packages]).to.deep.equal([200, ['certbot']]);
  });
});

describe('the web console: the displayed error', () => {
  it('is the detail of the first entry, which names the cause', async () => {
    await using service = await startService();
    const taken = { ...blueprintBody, name: 'web' };
    await console_(service).post('/blueprints', taken);
    const details = await Promise.all(
      [
        console_(service).post('/blueprints', taken),
        console_(service).post('/blueprints', { ...taken, name: 'x'.repeat(101) }),
        console_(service).post('/compose', { ...composeRequest, distribution: 'fedora-42' }),
      ].map(async (reply) => (await reply).body.errors[0].detail as string),
    );
    expect(details[0]).to.equal('A blueprint with the same name already exists.');
    expect(details[1]).to.include('"/name"');
    expect(details[2]).to.equal("This account's organization is not authorized to build fedora-42 images");
  });
});
