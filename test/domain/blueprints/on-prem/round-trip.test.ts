// A hosted blueprint, written as TOML and read again, has everything but the members that the export lists.
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parse, stringify } from 'smol-toml';
import { exportToml } from '../../../../src/domain/blueprints/on-prem/export.ts';
import { ServiceError } from '../../../../src/lib/errors.ts';
import { importToml } from '../../../../src/domain/blueprints/on-prem/import.ts';
import type { Customizations } from '../../../../src/domain/compose-requests/types.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const texts = fc.array(text, { maxLength: 3 });
const name = fc.string({ minLength: 1, maxLength: 8 });
const owner = fc.oneof(text, fc.nat());
const record = <T>(
  required: { [Key in keyof T]?: fc.Arbitrary<T[Key]> },
  optional: Record<string, fc.Arbitrary<unknown>>,
) =>
  fc.record({ ...required, ...optional } as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: Object.keys(required),
  });
const some = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> => fc.array(item, { minLength: 1, maxLength: 3 });

const owned = { mode: text, user: owner, group: owner };
const file = fc.oneof(
  record({ path: name }, { ...owned, data: text, data_encoding: fc.constant('plain'), ensure_parents: fc.boolean() }),
  record(
    { path: name, data_encoding: fc.constant('base64') },
    { data: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64')) },
  ),
);

const size = fc.oneof(fc.constantFrom('1 GiB', '2.5 GB', '4096'));
const volume = { minsize: size, mountpoint: text, label: text };
const partition = fc.oneof(
  record({ fs_type: fc.constantFrom('xfs', 'ext4') }, { ...volume, type: fc.constant('plain'), part_type: text }),
  record({ type: fc.constant('btrfs'), subvolumes: some(record({ name, mountpoint: text }, {})) }, { minsize: size }),
  record(
    { type: fc.constant('lvm'), logical_volumes: some(record({ fs_type: fc.constant('xfs') }, { ...volume, name })) },
    { name, minsize: size },
  ),
);

/** Every member that the contract has. */
const customizations = fc.record(
  {
    packages: fc.uniqueArray(
      fc.oneof(
        name.filter((one) => !one.startsWith('@')),
        name.map((one) => `@${one}`),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    enabled_modules: some(record({ name, stream: text }, {})),
    containers: some(record({ source: name }, { name: text, tls_verify: fc.boolean() })),
    users: fc.uniqueArray(
      record<{ name: string }>({ name }, { groups: texts, ssh_key: text, hasPassword: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 3,
        selector: (user) => user['name'],
      },
    ),
    groups: some(record({ name }, { gid: fc.nat() })),
    hostname: text,
    kernel: record({}, { name: text, append: text }),
    timezone: record({}, { timezone: text, ntpservers: texts }),
    locale: record({}, { languages: texts, keyboard: text }),
    firewall: record({}, { ports: texts, services: record({}, { enabled: texts, disabled: texts }) }),
    services: record({}, { enabled: texts, disabled: texts, masked: texts }),
    filesystem: some(record({ mountpoint: text, min_size: fc.integer({ min: 1, max: 2 ** 50 }) }, {})),
    disk: record({ partitions: some(partition) }, { type: fc.constant('gpt'), minsize: size }),
    directories: some(record({ path: name }, { ...owned, ensure_parents: fc.boolean() })),
    files: some(file),
    custom_repositories: some(
      record(
        { id: name },
        {
          ...{ name: text, filename: text, baseurl: texts, mirrorlist: text, metalink: text, gpgkey: texts },
          ...{ check_gpg: fc.boolean(), check_repo_gpg: fc.boolean(), enabled: fc.boolean(), priority: fc.nat() },
          ...{ ssl_verify: fc.boolean(), module_hotfixes: fc.boolean() },
        },
      ),
    ),
    payload_repositories: some(record({ rhsm: fc.boolean() }, { baseurl: text })),
    openscap: fc.oneof(
      record({ profile_id: name }, { profile_name: text, profile_description: text }),
      record({ policy_id: fc.uuid() }, {}),
    ),
    installation_device: text,
    partitioning_mode: fc.constantFrom('raw', 'lvm', 'auto-lvm'),
    fdo: record({}, { manufacturing_server_url: text, diun_pub_key_hash: text }),
    ignition: record({}, { embedded: record({ config: text }, {}), firstboot: record({ url: text }, {}) }),
    fips: record({ enabled: fc.boolean() }, {}),
    installer: record({}, { unattended: fc.boolean(), 'sudo-nopasswd': texts }),
    cacerts: record({ pem_certs: texts }, {}),
    subscription: record({ organization: fc.nat(), 'activation-key': text }, {}),
    aap_registration: record({ ansible_callback_url: text, host_config_key: text }, {}),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Customizations>;

type Json = Record<string, unknown>;

/** Removes what the pointers name. */
const without = (document: object, pointers: readonly string[]): Json => {
  const copy = structuredClone(document) as Json;
  for (const pointer of pointers) {
    const keys = pointer.split('/').slice(1);
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Json | undefined>((node, key) => node?.[key] as Json | undefined, copy);
    if (parent) parent[last] = undefined;
  }
  return copy;
};

/** What both formats can say in two ways, in one of them. */
const canonical = (document: Json): unknown => {
  const { customizations: given, ...rest } = document;
  const { packages, files, users, openscap, ...others } = given as Customizations;
  const isGroup = (one: string): number => Number(one.startsWith('@'));
  const textOf = ({ data_encoding: encoding, ensure_parents: _parents, ...one }: NonNullable<typeof files>[number]) =>
    encoding === 'base64' && one.data !== undefined
      ? { ...one, data: Buffer.from(one.data, 'base64').toString('utf8') }
      : one;
  const plain: Json = {
    ...rest,
    customizations: {
      ...others,
      packages: packages?.toSorted((a, b) => isGroup(a) - isGroup(b)),
      files: files?.filter(Boolean).map(textOf),
      users: users?.map(({ hasPassword: _has, ...user }) => user),
      openscap: Object.values(openscap ?? {}).some((value) => value !== undefined) ? openscap : undefined,
    },
  };
  return JSON.parse(JSON.stringify(plain));
};

const exported = (given: Customizations, distribution = 'rhel-94') =>
  exportToml(
    {
      ...{ name: 'web server', description: 'x', version: 7 },
      content: { customizations: given, distribution: distribution as 'rhel-94', image_requests: [] },
    },
    [],
  );

describe('a hosted blueprint as TOML', () => {
  it('has everything but what the export lists, when it is imported again', () => {
    fc.assert(
      fc.property(customizations, (given) => {
        const { toml, omitted } = exported(given);
        const { name: found, distribution, customizations: read, lost } = importToml(toml, (one) => one);
        expect([found, distribution]).to.deep.equal(['web server', 'rhel-9.4']);
        expect(lost).to.deep.equal([
          { pointer: '/version', detail: 'the service numbers the versions of a blueprint itself' },
        ]);
        const expected = without(
          { customizations: given },
          omitted.map(({ pointer }) => pointer),
        );
        expect(canonical({ customizations: read })).to.deep.equal(canonical(expected));
      }),
      { numRuns: 200 },
    );
  });

  it('lists what composer-cli has no equivalent for, and only that', () => {
    const { omitted, toml } = exported({
      packages: ['nginx'],
      payload_repositories: [{ rhsm: false, baseurl: 'https://repo.test' }],
      openscap: { profile_id: 'p', profile_name: 'n' },
      files: [
        { path: '/a', data: 'text', ensure_parents: true },
        { path: '/b', data: '/w==', data_encoding: 'base64' },
      ],
    });
    expect(omitted.map(({ pointer }) => pointer)).to.have.members([
      '/customizations/payload_repositories',
      '/customizations/openscap/profile_name',
      '/customizations/files/0/ensure_parents',
      '/customizations/files/1',
    ]);
    expect(toml).to.match(/^# This file lacks parts of the blueprint:\n#   \/customizations\//);
  });

  it('is the same TOML again where composer-cli wrote it and everything has an equivalent', () => {
    const document = {
      ...{ name: 'web', description: '', version: '0.0.7', distro: 'rhel-9.4' },
      packages: [{ name: 'nginx' }],
      groups: [{ name: 'core' }],
      containers: [{ source: 'registry.test/x', 'tls-verify': false }],
      customizations: {
        user: [{ name: 'u', key: 'k', groups: ['wheel'] }],
        repositories: [{ id: 'r', baseurls: ['https://r.test'], gpgcheck: true, sslverify: false }],
        filesystem: [{ mountpoint: '/var', minsize: 1024 }],
        fips: true,
      },
    };
    const { customizations: read } = importToml(stringify(document), (one) => one);
    const { toml } = exportToml(
      {
        ...{ name: 'web', description: '', version: 7 },
        content: { customizations: read, distribution: 'rhel-94', image_requests: [] },
      },
      [],
    );
    expect(parse(toml)).to.deep.equal(document);
  });

  it('says that composer-cli refuses a name with other characters', () => {
    expect(exported({}).toml).to.match(/^# composer-cli takes letters, digits/);
  });
});

describe('the import of any TOML', () => {
  /** Members that a blueprint has, with values that it may not have. */
  const value = fc.oneof(
    ...[fc.string(), fc.integer(), fc.boolean(), fc.double({ noNaN: true }), fc.constant([]), fc.constant({})],
    fc.array(fc.string()),
    fc.constantFrom(new Date(0), [{ name: 1 }], [[]], { enabled: true }, [{ path: '/x', data: 7 }]),
  );
  const keys = [
    ...['name', 'description', 'distro', 'packages', 'groups', 'modules', 'containers', 'enabled_modules', 'unknown'],
    ...['constructor', 'toString', 'a/b~c', ''],
  ];
  const inner = [
    ...['user', 'sshkey', 'group', 'files', 'directories', 'repositories', 'filesystem', 'disk', 'fips', 'openscap'],
    ...['kernel', 'services', 'firewall', 'hostname', 'ignition', 'cacerts', 'installer', 'valueOf', 'timezone'],
  ];
  const tableOf = (names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 });

  it('succeeds, or is refused with the places of all mistakes', () => {
    fc.assert(
      fc.property(tableOf(keys), tableOf(inner), (document, customizations_) => {
        const toml = stringify({ name: 'x', ...document, customizations: customizations_ });
        try {
          importToml(toml, () => null);
        } catch (error) {
          expect(error).to.be.instanceOf(ServiceError);
          const { kind, entries } = error as ServiceError;
          expect(kind).to.equal('invalid');
          for (const { pointer, detail } of entries)
            expect(detail).to.include(pointer === '' ? 'line ' : `"${pointer}"`);
        }
      }),
      { numRuns: 300 },
    );
  });
});
