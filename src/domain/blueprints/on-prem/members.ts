// The members that both formats have. Sources: the blueprint reference of osbuild, and the contract.
import { isObject } from '../../../lib/json.ts';
import { parseDataSize } from '../../compliance/data-size.ts';
import { BOOLEAN, INTEGER, list, OWNER, table, TEXT, TEXTS, type Codec } from './codec.ts';

const bytesOf = (value: unknown): number | null => {
  const bytes = typeof value === 'string' ? parseDataSize(value) : value;
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
};

const WRONG_SIZE = 'must be a number of bytes above zero, or a text such as "10 GiB"';

/** Bytes: an integer, or a number with a unit. */
const BYTES: Codec = {
  read: (value, pointer, report) => bytesOf(value) ?? report.addWrong(pointer, WRONG_SIZE),
  write: (value) => value,
};

/** The same, as disks of hosted blueprints have it. */
const SIZE_TEXT: Codec = {
  read: (value, pointer, report) => {
    const bytes = bytesOf(value);
    if (bytes === null) return report.addWrong(pointer, WRONG_SIZE);
    return typeof value === 'string' ? value : String(bytes);
  },
  write: (value) => value,
};

const FIPS: Codec = {
  read: (value, pointer, report) => {
    const enabled: unknown = isObject(value) ? value['enabled'] : value;
    return typeof enabled === 'boolean' ? { enabled } : report.addWrong(pointer, 'must be true or false');
  },
  write: (value) => (value as { readonly enabled?: boolean }).enabled,
};

const OWNED = { path: TEXT, mode: TEXT, user: OWNER, group: OWNER };

const FILE = table(
  { ...OWNED, data: TEXT },
  {
    required: ['path'],
    without: { uri: 'a hosted build cannot read a file of your machine: write its content to data' },
  },
);

interface HostedFile {
  readonly data?: string;
  readonly data_encoding?: string;
  readonly ensure_parents?: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The content of a file as text; `null` where it is no text. */
const decode = ({ data = '', data_encoding: encoding }: HostedFile): string | null => {
  if (encoding !== 'base64') return data;
  try {
    return utf8.decode(Buffer.from(data, 'base64'));
  } catch {
    return null;
  }
};

/** TOML holds text only, and no directories of files. */
const FILES: Codec = list({
  read: FILE.read,
  write: (value, pointer, report) => {
    const { data_encoding: _encoding, ensure_parents: ensureParents, ...file } = value as HostedFile;
    const data = decode(value as HostedFile);
    if (data === null) return report.addLost(pointer, 'its content is no text');
    if (ensureParents === true)
      report.addLost(`${pointer}/ensure_parents`, 'no equivalent: add the directories to customizations.directories');
    return FILE.write({ ...file, ...(file.data === undefined ? {} : { data }) }, pointer, report);
  },
});

const LOGICAL_VOLUME = table({ name: TEXT, minsize: SIZE_TEXT, mountpoint: TEXT, label: TEXT, fs_type: TEXT });

const DISK = table(
  {
    ...{ type: TEXT, minsize: SIZE_TEXT },
    partitions: list(
      table(
        {
          ...{
            type: TEXT,
            part_type: TEXT,
            minsize: SIZE_TEXT,
            mountpoint: TEXT,
            label: TEXT,
            fs_type: TEXT,
            name: TEXT,
          },
          subvolumes: list(table({ name: TEXT, mountpoint: TEXT })),
          logical_volumes: list(LOGICAL_VOLUME),
        },
        {
          without: {
            part_label: 'hosted partitions have no label of their own',
            part_uuid: 'hosted partitions get a new UUID',
          },
        },
      ),
    ),
  },
  { without: { start_offset: 'the image type decides where the first partition begins' } },
);

const NO_ACCOUNT_MEMBER = 'hosted users have only a name, groups, a password and an SSH key';

const USERS = list(
  table(
    { name: TEXT, groups: TEXTS, ssh_key: ['key', TEXT], password: TEXT },
    {
      required: ['name'],
      silent: ['hasPassword'],
      without: {
        ...{
          description: NO_ACCOUNT_MEMBER,
          home: NO_ACCOUNT_MEMBER,
          shell: NO_ACCOUNT_MEMBER,
          uid: NO_ACCOUNT_MEMBER,
        },
        ...{ gid: NO_ACCOUNT_MEMBER, expiredate: NO_ACCOUNT_MEMBER, force_password_reset: NO_ACCOUNT_MEMBER },
      },
    },
  ),
);

const REPOSITORIES = list(
  table(
    {
      ...{ id: TEXT, name: TEXT, filename: TEXT, baseurl: ['baseurls', TEXTS], mirrorlist: TEXT, metalink: TEXT },
      ...{ gpgkey: ['gpgkeys', TEXTS], check_gpg: ['gpgcheck', BOOLEAN], check_repo_gpg: ['repo_gpgcheck', BOOLEAN] },
      ...{ enabled: BOOLEAN, priority: INTEGER, ssl_verify: ['sslverify', BOOLEAN], module_hotfixes: BOOLEAN },
    },
    {
      required: ['id'],
      without: { install_from: 'to install from a repository during the build, add it to payload_repositories' },
    },
  ),
);

/** `[customizations]`. `sshkey` is merged into the users. */
const CUSTOMIZATIONS: Codec = table(
  {
    hostname: TEXT,
    kernel: table({ name: TEXT, append: TEXT }),
    sshkey: list(table({ user: TEXT, key: TEXT }, { required: ['user', 'key'] })),
    users: ['user', USERS],
    groups: ['group', list(table({ name: TEXT, gid: INTEGER }, { required: ['name'] }))],
    timezone: table({ timezone: TEXT, ntpservers: TEXTS }),
    locale: table({ languages: TEXTS, keyboard: TEXT }),
    firewall: table(
      { ports: TEXTS, services: table({ enabled: TEXTS, disabled: TEXTS }) },
      { without: { zones: 'hosted images have one zone: list its ports and services' } },
    ),
    services: table({ enabled: TEXTS, disabled: TEXTS, masked: TEXTS }),
    filesystem: list(
      table(
        { mountpoint: TEXT, min_size: ['minsize', BYTES] },
        { required: ['mountpoint', 'min_size'], aliases: { size: 'min_size', min_size: 'min_size' } },
      ),
    ),
    disk: DISK,
    installation_device: TEXT,
    partitioning_mode: TEXT,
    fdo: table(
      {
        ...{ manufacturing_server_url: TEXT, diun_pub_key_insecure: TEXT, diun_pub_key_hash: TEXT },
        diun_pub_key_root_certs: TEXT,
      },
      { without: { di_mfg_string_type_mac_iface: 'hosted onboarding does not name the interface' } },
    ),
    openscap: table(
      { profile_id: TEXT },
      {
        required: ['profile_id'],
        without: {
          datastream: 'the distribution decides which content is used',
          tailoring: 'a hosted tailoring belongs to a compliance policy: use openscap.policy_id',
          json_tailoring: 'a hosted tailoring belongs to a compliance policy: use openscap.policy_id',
          policy_id: 'a compliance policy belongs to an organization: set openscap.policy_id yourself',
        },
      },
    ),
    ignition: table({
      embedded: table({ config: TEXT }, { required: ['config'] }),
      firstboot: table({ url: TEXT }, { required: ['url'] }),
    }),
    directories: list(table({ ...OWNED, ensure_parents: BOOLEAN }, { required: ['path'] })),
    files: FILES,
    custom_repositories: ['repositories', REPOSITORIES],
    fips: FIPS,
    installer: table(
      { unattended: BOOLEAN, 'sudo-nopasswd': TEXTS },
      {
        without: {
          kickstart: 'hosted installers take no kickstart file',
          modules: 'hosted installers choose their modules',
        },
      },
    ),
    cacerts: table({ pem_certs: TEXTS }, { required: ['pem_certs'] }),
  },
  {
    without: {
      containers_storage: 'containers are stored at the default place',
      rpm: 'keys cannot be imported into the RPM database: give a repository its gpgkey',
      rhsm: 'use subscription',
      dnf: 'hosted images have the default configuration of dnf',
    },
  },
);

const PACKAGES = list(table({ name: TEXT, version: TEXT }, { required: ['name'] }));

/** The members beside `[customizations]`. */
export const DOCUMENT: Codec = table(
  {
    ...{ name: TEXT, description: TEXT, distro: TEXT, architecture: TEXT, packages: PACKAGES, modules: PACKAGES },
    groups: list(table({ name: TEXT }, { required: ['name'] })),
    enabled_modules: list(table({ name: TEXT, stream: TEXT }, { required: ['name', 'stream'] })),
    containers: list(
      table(
        { source: TEXT, name: TEXT, tls_verify: ['tls-verify', BOOLEAN] },
        {
          required: ['source'],
          aliases: { tls_verify: 'tls_verify' },
          without: { 'local-storage': 'a hosted build cannot read the containers of your machine' },
        },
      ),
    ),
    customizations: CUSTOMIZATIONS,
  },
  {
    required: ['name'],
    without: {
      version: 'the service numbers the versions of a blueprint itself',
      minimal: 'the image type decides which packages are always there',
    },
  },
);
