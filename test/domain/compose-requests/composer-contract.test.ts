// Every translated request must conform to composer's contract.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { datedRepositories, selectDated } from '../../../src/domain/compose-requests/dated-repositories.ts';
import { latestRepositories } from '../../../src/domain/compose-requests/latest-repositories.ts';
import { templateRepositories } from '../../../src/domain/compose-requests/template-repositories.ts';
import type { ComposePlan } from '../../../src/domain/compose-requests/compose-plan.ts';
import { toComposerRequest, type ComposeInputs } from '../../../src/domain/compose-requests/composer-request.ts';
import type {
  Customizations,
  ImageRequest,
  ImageType,
  UploadType,
} from '../../../src/domain/compose-requests/types.ts';
import { APPSTREAM, BASEOS, contentHost, indexOf, planOf, settings } from './support.ts';

const CONTRACT = join(import.meta.dirname, '../../../generated/upstream/composer.json');

/** ajv rejects `nullable` without `type`, which has no effect. */
const withoutIdleNullable = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value;
  const { nullable: _idle, ...rest } = value;
  return rest;
};

const compile = (): ValidateFunction => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(JSON.parse(readFileSync(CONTRACT, 'utf8'), withoutIdleNullable) as AnySchemaObject, 'composer');
  return ajv.compile({ $ref: 'composer#/components/schemas/ComposeRequest' });
};

const POLICY = '12345678-90ab-cdef-1234-567890abcdef';
const BLUEPRINT = '22345678-90ab-cdef-1234-567890abcdef';

const TARGETS: Readonly<Record<UploadType, readonly object[]>> = {
  aws: [
    { share_with_accounts: ['123456789012'] },
    { share_with_sources: ['1'] },
    { share_with_accounts: ['1', '1'], share_with_sources: ['1'], more: true },
  ],
  gcp: [{}, { share_with_accounts: [] }, { share_with_accounts: ['user:a@b.test'], image_name: 5 }],
  azure: [
    { tenant_id: '', subscription_id: '', resource_group: '' },
    { tenant_id: 't', subscription_id: 's', resource_group: 'g', image_name: 'n', hyper_v_generation: 'V1', more: 1 },
  ],
  'aws.s3': [{}, { region: 5 }],
  'oci.objectstorage': [{}, { bucket: 'b' }],
};

const TYPES: readonly (readonly [UploadType, readonly ImageType[]])[] = [
  ['aws', ['aws', 'ami']],
  ['gcp', ['gcp']],
  ['azure', ['azure', 'vhd']],
  ['oci.objectstorage', ['oci']],
  [
    'aws.s3',
    [
      ...(['edge-commit', 'rhel-edge-commit', 'edge-installer', 'rhel-edge-installer', 'guest-image'] as const),
      ...(['image-installer', 'network-installer', 'vsphere', 'vsphere-ova', 'wsl', 'bootable-container-iso'] as const),
      'pxe-tar-xz',
    ],
  ],
];

const IMAGES: readonly ImageRequest[] = TYPES.flatMap(([type, imageTypes]) =>
  imageTypes.flatMap((image_type) =>
    TARGETS[type].map((options) => ({
      ...{ architecture: 'x86_64' as const, image_type },
      upload_request: { type, options },
    })),
  ),
);
const GUEST_IMAGE = IMAGES.find(({ image_type }) => image_type === 'guest-image') as ImageRequest;

const SUBSCRIPTION = { organization: 0, 'activation-key': '', 'server-url': '', 'base-url': '', insights: true };
const repository = { rhsm: false, baseurl: 'http://r.test' };

/** Each customization in its shortest and longest form, and those that affect others. */
const CUSTOMIZATIONS: readonly Customizations[] = [
  {},
  ...[
    { packages: [] },
    { packages: ['vim', '@core'] },
    { enabled_modules: [] },
    { enabled_modules: [{ name: 'a', stream: 'b' }] },
  ],
  ...[{ users: [] }, { users: [{ name: '' }] }, { groups: [] }, { groups: [{ name: 'g', gid: 0 }, { name: '' }] }],
  { users: [{ name: 'u', ssh_key: 'k', groups: [], password: '$6$a$b', hasPassword: true }] },
  ...[{ containers: [] }, { containers: [{ source: 's', name: 'n', tls_verify: true }, { source: '' }] }],
  ...[{ directories: [] }, { directories: [{ path: '/d', mode: '0755', user: 0, group: 'g', ensure_parents: true }] }],
  ...[
    { files: [] },
    { files: [{ path: '/f', mode: '0644', user: 'u', group: -1, data: 'QQ==', data_encoding: 'base64' as const }] },
  ],
  ...[{ filesystem: [] }, { filesystem: [{ mountpoint: '/', min_size: 0 }] }],
  ...[
    { disk: { partitions: [] } },
    { disk: { type: 'gpt' as const, minsize: '1', partitions: [{ fs_type: 'ext4' as const }] } },
  ],
  {
    disk: {
      partitions: [
        { type: 'btrfs', minsize: '1 GiB', subvolumes: [{ name: 'n', mountpoint: '/' }] },
        {
          type: 'lvm',
          name: 'vg',
          logical_volumes: [{ name: 'lv', minsize: '1', mountpoint: '/', label: 'l', fs_type: 'xfs' }],
        },
      ],
    },
  },
  ...[{ services: {} }, { services: { enabled: ['a'], disabled: ['b'], masked: ['c'] } }],
  ...[{ kernel: {} }, { kernel: { name: 'n', append: 'a' } }, { hostname: '' }, { installation_device: '' }],
  ...[
    { locale: {} },
    { locale: { languages: [], keyboard: '' } },
    { timezone: {} },
    { timezone: { timezone: 'z', ntpservers: [] } },
  ],
  ...[{ firewall: {} }, { firewall: { ports: [], services: { enabled: [], disabled: [] } } }],
  ...[{ fdo: {} }, { fdo: { manufacturing_server_url: 'u', diun_pub_key_insecure: 'true' } }],
  ...[{ ignition: {} }, { ignition: { embedded: { config: '' }, firstboot: { url: '' } } }],
  ...(['raw', 'lvm', 'auto-lvm'] as const).map((partitioning_mode) => ({ partitioning_mode })),
  ...[{ fips: { enabled: true } }, { installer: {} }, { installer: { unattended: true, 'sudo-nopasswd': ['u'] } }],
  ...[{ cacerts: { pem_certs: [] } }, { openscap: { profile_id: 'p' } }, { openscap: { policy_id: POLICY } }],
  ...[{ subscription: SUBSCRIPTION }, { subscription: { ...SUBSCRIPTION, rhc: true, insights_client_proxy: 'p' } }],
  { subscription: SUBSCRIPTION, openscap: { profile_id: 'p' }, custom_repositories: [{ id: 'crb' }] },
  { aap_registration: { ansible_callback_url: '', host_config_key: '' } },
  {
    aap_registration: {
      ansible_callback_url: 'u',
      host_config_key: 'k',
      tls_certificate_authority: 'c',
      skip_tls_verification: true,
    },
    ...{ services: { masked: ['x'] }, cacerts: { pem_certs: ['p'] }, files: [{ path: '/f' }] },
  },
  ...[
    { payload_repositories: [] },
    { custom_repositories: [] },
    { payload_repositories: [{ rhsm: true, id: 'known' }] },
  ],
  { payload_repositories: [{ ...repository, gpgkey: '', check_gpg: true, check_repo_gpg: false, ignore_ssl: true }] },
  {
    payload_repositories: [
      { rhsm: false, metalink: 'http://m.test' },
      { rhsm: false, mirrorlist: 'http://m.test' },
    ],
  },
  { custom_repositories: [{ id: 'known' }, { id: 'crb' }] },
  {
    custom_repositories: [
      {
        id: 'x',
        name: '',
        filename: 'f',
        metalink: 'm',
        mirrorlist: 'm',
        enabled: true,
        priority: -1,
        ssl_verify: false,
        gpgkey: [],
      },
    ],
  },
];

/** Content sources: the base system, a Red Hat repository, and a custom one. */
const verified = {
  gpg_key: 'k',
  metadata_verification: true,
  module_hotfixes: true,
  latest_snapshot_url: 'http://p.test/l/',
};
const FOUND = {
  redHat: indexOf([
    { uuid: 'baseos', url: BASEOS, ...verified },
    { uuid: 'appstream', url: APPSTREAM },
    { uuid: 'crb', url: 'https://cdn.test/crb', label: 'crb', ...verified },
  ]),
  external: indexOf([{ uuid: 'known', url: 'http://r.test', origin: 'external', name: 'n', ...verified }]),
};
const snapshot = { repositoryPath: '/p', url: 'http://p.test/p', detectedOsVersion: '9.4' };
const SNAPSHOTS = new Map(['baseos', 'appstream', 'crb', 'known'].map((uuid) => [uuid, snapshot]));
const TEMPLATE = {
  repositoryUuids: ['baseos', 'known'],
  snapshots: ['baseos', 'known'].map((repositoryUuid) => ({ repositoryUuid, snapshot })),
};

/** Content modes, and the members of the image request that select them. */
const CONTENT: readonly (readonly [
  title: string,
  Partial<ImageRequest>,
  (plan: ComposePlan) => ComposeInputs['repositories'],
])[] = [
  ['latest', {}, (plan) => ({ ...latestRepositories(contentHost, plan, FOUND), labels: ['crb'], detected: null })],
  [
    'dated',
    { snapshot_date: '2026-01-02' },
    (plan) => {
      const selection = selectDated(plan, FOUND);
      const detected = { nameAtComposer: 'rhel-94', version: { major: 9, minor: 4 } };
      return { ...datedRepositories(contentHost, plan, selection, SNAPSHOTS), labels: [], detected };
    },
  ],
  [
    'from a template',
    { content_template: 't', content_template_name: 'n' },
    (plan) => ({ ...templateRepositories(contentHost, plan, TEMPLATE, FOUND), labels: ['crb'], detected: null }),
  ],
];

describe('every request for composer', () => {
  const validate = compile();
  const check = (request: unknown): void => {
    const sent: unknown = JSON.parse(JSON.stringify(request));
    expect(validate(sent), `${JSON.stringify(sent)}\n${JSON.stringify(validate.errors)}`).to.equal(true);
    expect(JSON.stringify(sent), 'nothing is null').to.not.include(':null');
  };

  for (const [title, content, repositoriesOf] of CONTENT) {
    const send = (parts: Parameters<typeof planOf>[0], blueprintId: string | null): void => {
      const plan = planOf(parts);
      const inputs: ComposeInputs = {
        repositories: repositoriesOf(plan),
        policy: plan.policy && { policyId: plan.policy.policyId, profileId: 'p', tailoring: '{}' },
        sourceAccounts: plan.upload.sources.map(() => '123456789012'),
      };
      check(toComposerRequest(plan, inputs, settings, blueprintId));
    };

    for (const given of IMAGES) {
      const image = { ...given, ...content, size: 0, ostree: {} };
      const { image_type, upload_request } = given;
      it(`fits its contract: ${title}, ${image_type} with ${JSON.stringify(upload_request.options)}`, () => {
        send({ image }, null);
        send({ image, customizations: {} }, BLUEPRINT);
        send({ image, bootc: { reference: 'registry.test/rhel-9' } }, BLUEPRINT);
      });
    }

    for (const customizations of CUSTOMIZATIONS) {
      it(`fits its contract: ${title}, ${JSON.stringify(customizations)}`, () => {
        const image = { ...GUEST_IMAGE, ...content };
        send({ image, customizations }, BLUEPRINT);
        if (!('policy_id' in (customizations.openscap ?? {}))) {
          send({ image, customizations, bootc: { reference: 'registry.test/rhel-9' } }, null);
        }
      });
    }
  }
});
