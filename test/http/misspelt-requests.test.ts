// A misspelt parameter or member of any operation: strict requests are refused, and name it.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Reply } from '../support/client.ts';
import { composeRequest } from '../support/given.ts';
import { ORG } from '../support/identity.ts';
import { startService } from '../support/service.ts';
import { contractOperations } from '../security/contract.ts';
import { giveObjects } from '../security/organization.ts';
import { requestFor } from '../security/recipes.ts';

const STRICT = { prefer: 'handling=strict, errors=detailed' };
const MISSPELT = 'mispelt_name';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Copies of a value, each with a misspelt member in one of its objects. */
const misspellings = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value))
    return value.flatMap((one, at) => misspellings(one).map((changed) => value.with(at, changed) as unknown));
  if (!isObject(value)) return [];
  const inner = Object.entries(value).flatMap(([name, member]) =>
    misspellings(member).map((changed) => ({ ...value, [name]: changed })),
  );
  return [{ ...value, [MISSPELT]: 1 }, ...inner];
};

const expectRefusal = (reply: Reply, what: string): void => {
  // A validation succeeds, and says that the blueprint is not valid.
  if (what === 'validateBlueprint' && reply.status === 200) expect(reply.body.valid).to.equal(false);
  else expect(reply.status, `${what}: ${reply.text}`).to.equal(400);
  expect(reply.text, what).to.include(MISSPELT);
};

describe('a misspelt name in a strict request', () => {
  it('is refused in the query of every operation', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    for (const operation of contractOperations) {
      const { method, target, body } = requestFor(operation, objects);
      const address = `${target}${target.includes('?') ? '&' : '?'}${MISSPELT}=1`;
      const reply = await service.as().send(method, address, body, { headers: STRICT });
      expectRefusal(reply, operation.id);
      expect(reply.body.errors[0].pointer, operation.id).to.equal(`query.${MISSPELT}`);
    }
  });

  it('is refused in every object of the body of every operation', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    let tried = 0;
    for (const operation of contractOperations) {
      const { method, target, body } = requestFor(operation, objects);
      // The keys of labels are the caller's.
      const bodies = operation.id.endsWith('Labels') ? misspellings(body).slice(0, 1) : misspellings(body);
      for (const changed of bodies)
        expectRefusal(await service.as().send(method, target, changed, { headers: STRICT }), operation.id);
      tried += bodies.length;
    }
    expect(tried).to.be.above(20);
    expect((await service.as().get('/blueprints')).body.meta.count).to.equal(1);
  });

  it('is refused at every depth of what goes into an image', async () => {
    await using service = await startService();
    const customizations = {
      packages: ['nginx'],
      users: [{ name: 'me', ssh_key: 'ssh-ed25519 AAAA me', groups: ['wheel'] }],
      groups: [{ name: 'web', gid: 2000 }],
      files: [{ path: '/etc/motd', data: 'welcome' }],
      directories: [{ path: '/etc/web' }],
      custom_repositories: [{ id: 'web', baseurl: ['https://example.com'], check_gpg: false }],
      payload_repositories: [{ rhsm: false, baseurl: 'https://example.com', check_gpg: false }],
      services: { enabled: ['nginx'] },
      kernel: { append: 'quiet' },
      firewall: { ports: ['80:tcp'], services: { enabled: ['http'] } },
      timezone: { timezone: 'UTC', ntpservers: ['ntp.example.com'] },
      locale: { languages: ['en_US.UTF-8'] },
      openscap: { profile_id: 'xccdf_org.ssgproject.content_profile_cis' },
      fips: { enabled: true },
      installer: { unattended: true },
      cacerts: { pem_certs: ['-----BEGIN CERTIFICATE-----'] },
      containers: [{ source: 'registry.example.com/web' }],
      subscription: {
        ...{ organization: 1, 'activation-key': 'key', 'server-url': 'example.com', 'base-url': 'https://example.com' },
        insights: true,
      },
      disk: {
        type: 'gpt',
        partitions: [
          { mountpoint: '/data', fs_type: 'xfs', minsize: '1 GiB' },
          { type: 'lvm', name: 'vg', logical_volumes: [{ name: 'lv', mountpoint: '/var', fs_type: 'xfs' }] },
          { type: 'btrfs', subvolumes: [{ name: 'home', mountpoint: '/home' }] },
        ],
      },
    };
    const bodies = misspellings({ ...composeRequest, customizations });
    expect(bodies).to.have.length.above(25);
    for (const body of bodies)
      expectRefusal(await service.as().send('POST', '/compose', body, { headers: STRICT }), JSON.stringify(body));
  });
});
