// Blueprints of all kinds, for tests of what holds for every one of them. Members with a default of the contract are
// always said, so that what comes back is what was sent.
import fc from 'fast-check';
import type { BlueprintRequest } from '../../../src/domain/blueprints/rules.ts';
import type { Customizations, ImageRequest } from '../../../src/domain/compose-requests/types.ts';

/** Text of all scripts, with what JSON, SQL and URLs treat specially. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', ' ', '"', "'", '\\', '%', '\n\t', '$1', '</script>', 'žluť', '🚀', 'null', '{"a":1}'),
);
const visible = text.map((value) => `x${value}`);
const texts = fc.array(text, { maxLength: 3 });
const someTexts = fc.array(text, { minLength: 1, maxLength: 3 });
const segment = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,8}$/).filter((value) => value !== '.' && value !== '..');
const path = fc
  .tuple(
    fc.constantFrom('/opt', '/etc/company', '/srv', '/usr/local'),
    fc.array(segment, { minLength: 1, maxLength: 3 }),
  )
  .map(([base, parts]) => [base, ...parts].join('/'));
const integer = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const owner = fc.oneof(integer, fc.stringMatching(/^[a-z_][a-z0-9_-]{0,31}$/));
const mode = fc.constantFrom('0644', '0755', '600');

const optional = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, ...requiredKeys: (keyof T)[]) =>
  fc.record(model, { requiredKeys });

const file = optional(
  {
    path,
    mode,
    user: owner,
    group: owner,
    data: text,
    data_encoding: fc.constant('plain' as const),
    ensure_parents: fc.boolean(),
  },
  ...(['path', 'data_encoding', 'ensure_parents'] as const),
);
const directory = optional(
  { path, mode, user: owner, group: owner, ensure_parents: fc.boolean() },
  'path',
  'ensure_parents',
);
const repository = optional(
  {
    ...{ id: text, rhsm: fc.boolean(), baseurl: text, mirrorlist: text, metalink: text, gpgkey: text },
    ...{
      check_gpg: fc.boolean(),
      check_repo_gpg: fc.boolean(),
      ignore_ssl: fc.boolean(),
      module_hotfixes: fc.boolean(),
    },
  },
  'rhsm',
  'check_repo_gpg',
);

/** A user; passwords are hashes, since hashing takes its time. */
const user = optional(
  {
    ...{ name: visible, groups: texts, ssh_key: text, hasPassword: fc.boolean() },
    password: fc.constantFrom('', '$6$salt$hash', '$5$x$y', '$2b$10$z'),
  },
  'name',
);

/**
 * Upload options are kept as they are sent. No backslash in their names: the runtime's JSON.parse confuses `"` with it.
 */
const options = fc.dictionary(segment, fc.oneof(text, fc.boolean(), fc.integer(), texts), {
  maxKeys: 3,
  noNullPrototype: true,
});

const imageRequest = optional<ImageRequest>(
  {
    architecture: fc.constantFrom('x86_64', 'aarch64'),
    image_type: fc.constantFrom('aws', 'gcp', 'azure', 'guest-image', 'vsphere', 'wsl', 'ami'),
    upload_request: fc.record({ type: fc.constantFrom('aws', 'aws.s3', 'gcp', 'azure'), options }),
    size: integer,
    snapshot_date: text,
    content_template: text,
  },
  ...(['architecture', 'image_type', 'upload_request'] as const),
);

export const customizationsArbitrary = optional({
  packages: texts,
  hostname: text,
  installation_device: text,
  users: fc.uniqueArray(user, { maxLength: 4, selector: ({ name }) => name }),
  files: fc.array(file, { maxLength: 3 }),
  directories: fc.array(directory, { maxLength: 3 }),
  filesystem: fc.array(
    fc.record({
      mountpoint: path,
      min_size: fc.oneof(fc.constant(0), fc.integer({ min: 1_048_576, max: Number.MAX_SAFE_INTEGER })),
    }),
    { maxLength: 3 },
  ),
  services: optional({ enabled: someTexts, disabled: someTexts, masked: someTexts }),
  kernel: optional({ name: text, append: text }),
  groups: fc.array(optional({ name: text, gid: fc.nat() }, 'name'), { maxLength: 3 }),
  timezone: optional({ timezone: text, ntpservers: texts }),
  locale: optional({ languages: texts, keyboard: text }),
  firewall: optional({ ports: texts, services: optional({ enabled: someTexts, disabled: someTexts }) }),
  enabled_modules: fc.array(fc.record({ name: text, stream: text }), { maxLength: 2 }),
  containers: fc.array(optional({ source: text, name: text, tls_verify: fc.boolean() }, 'source'), { maxLength: 2 }),
  payload_repositories: fc.array(repository, { maxLength: 2 }),
  partitioning_mode: fc.constantFrom('raw', 'lvm', 'auto-lvm'),
  fips: fc.record({ enabled: fc.boolean() }),
  openscap: optional({ profile_id: text, profile_name: text, profile_description: text }, 'profile_id'),
  cacerts: fc.record({ pem_certs: texts }),
  installer: optional({ unattended: fc.boolean(), 'sudo-nopasswd': texts }),
  subscription: fc.record({
    ...{ organization: fc.nat(), 'activation-key': text, 'server-url': text, 'base-url': text },
    ...{ insights: fc.boolean(), rhc: fc.boolean() },
  }),
  aap_registration: optional(
    {
      ...{ ansible_callback_url: text, host_config_key: text, tls_certificate_authority: visible },
      skip_tls_verification: fc.boolean(),
    },
    'ansible_callback_url',
    'host_config_key',
  ),
}) as fc.Arbitrary<Customizations>;

/** A blueprint that the service takes. Names are short, so that a test can make them differ. */
export const blueprintArbitrary = optional(
  {
    name: visible,
    description: text,
    distribution: fc.constantFrom('centos-9', 'rhel-9.6', 'rhel-84', 'fedora-42'),
    bootc: optional({ reference: text, iso_payload_reference: text }, 'reference'),
    image_requests: fc.uniqueArray(imageRequest, {
      minLength: 1,
      maxLength: 3,
      selector: (image) => `${image.architecture} ${image.image_type}`,
    }),
    customizations: customizationsArbitrary,
    metadata: fc.record({ parent_id: fc.option(fc.uuid()), exported_at: text, is_on_prem: fc.boolean() }),
  },
  ...(['name', 'image_requests', 'customizations'] as const),
) as fc.Arbitrary<BlueprintRequest>;
