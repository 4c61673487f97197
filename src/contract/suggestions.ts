// What people write who know another tool: composer-cli, kickstart, yum, docker, cloud-init, or the API of another service.
import { closest, plainName } from '../lib/closest.ts';

/** Names of other tools for members and parameters, by plain name. The first that an object has is meant. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  // Users and groups
  key: ['ssh_key'],
  keys: ['ssh_key'],
  sshkeys: ['ssh_key'],
  sshauthorizedkeys: ['ssh_key'],
  authorizedkeys: ['ssh_key'],
  publickey: ['ssh_key'],
  passwd: ['password'],
  passwordhash: ['password'],
  username: ['name'],
  login: ['name'],
  user: ['users', 'name'],
  id: ['gid'],
  // Repositories
  gpgcheck: ['check_gpg'],
  gpgkeys: ['gpgkey'],
  repogpgcheck: ['check_repo_gpg'],
  sslverify: ['ssl_verify', 'ignore_ssl'],
  checkssl: ['ssl_verify', 'ignore_ssl'],
  url: ['baseurl', 'source', 'reference'],
  urls: ['baseurl'],
  repos: ['custom_repositories'],
  repositories: ['custom_repositories'],
  // Files, file systems and containers
  content: ['data'],
  contents: ['data'],
  encoding: ['data_encoding'],
  permissions: ['mode'],
  owner: ['user'],
  mount: ['mountpoint'],
  mountpath: ['mountpoint'],
  minsize: ['min_size', 'minsize'],
  size: ['min_size', 'minsize', 'size'],
  filesystems: ['filesystem'],
  partitioning: ['partitioning_mode'],
  image: ['source', 'reference', 'image_requests'],
  tlsverify: ['tls_verify'],
  // Packages and system
  rpms: ['packages'],
  pkgs: ['packages'],
  modules: ['enabled_modules'],
  enabledservices: ['enabled', 'services'],
  cmdline: ['append', 'kernel'],
  args: ['append'],
  arguments: ['append'],
  zone: ['timezone'],
  tz: ['timezone'],
  ntp: ['ntpservers'],
  ntpservers: ['ntpservers'],
  lang: ['languages', 'locale'],
  keymap: ['keyboard'],
  cacertificates: ['cacerts'],
  certificates: ['cacerts', 'pem_certs'],
  profile: ['profile_id', 'openscap'],
  policy: ['policy_id', 'openscap'],
  // Requests
  os: ['distribution'],
  arch: ['architecture', 'arch'],
  platform: ['architecture'],
  type: ['image_type', 'type'],
  imagetype: ['image_type'],
  output: ['image_type', 'image_requests'],
  format: ['image_type'],
  target: ['upload_request'],
  upload: ['upload_request'],
  images: ['image_requests'],
  title: ['name', 'image_name'],
  parentversion: ['version'],
  // Webhooks and schedules
  events: ['event_types'],
  types: ['event_types', 'image_types'],
  callback: ['url'],
  callbackurl: ['url'],
  endpoint: ['url'],
  address: ['url'],
  schedule: ['cron'],
  expression: ['cron'],
  onlychanged: ['only_if_changed'],
  active: ['enabled'],
  // Parameters
  page: ['offset'],
  skip: ['offset'],
  start: ['offset'],
  pagesize: ['limit'],
  perpage: ['limit'],
  max: ['limit'],
  count: ['limit'],
  order: ['sort'],
  orderby: ['sort'],
  sortby: ['sort'],
  q: ['search'],
  query: ['search'],
  filter: ['search', 'name'],
  since: ['created_after'],
  after: ['created_after'],
  until: ['created_before'],
  before: ['created_before'],
  distro: ['distribution', 'distro'],
  state: ['status'],
  tag: ['label'],
  resolve: ['depsolve'],
};

/** Names of other tools for values, by plain name. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  amd64: ['x86_64'],
  x64: ['x86_64'],
  x86: ['x86_64'],
  intel64: ['x86_64'],
  arm64: ['aarch64'],
  armv8: ['aarch64'],
  arm: ['aarch64'],
  qcow2: ['guest-image'],
  qcow: ['guest-image'],
  kvm: ['guest-image'],
  openstack: ['guest-image'],
  raw: ['guest-image'],
  guest: ['guest-image'],
  iso: ['image-installer'],
  installer: ['image-installer'],
  ec2: ['aws'],
  amazon: ['aws'],
  gce: ['gcp'],
  google: ['gcp'],
  vhd: ['azure', 'vhd'],
  vmdk: ['vsphere'],
  vmware: ['vsphere'],
  ova: ['vsphere-ova'],
  ostree: ['edge-commit'],
  s3: ['aws.s3'],
  download: ['aws.s3'],
  el8: ['rhel-8'],
  el9: ['rhel-9'],
  el10: ['rhel-10'],
  stream9: ['centos-9'],
  stream10: ['centos-10'],
  centosstream9: ['centos-9'],
  centosstream10: ['centos-10'],
  centos9stream: ['centos-9'],
  centos10stream: ['centos-10'],
  mbr: ['dos'],
  msdos: ['dos'],
  done: ['success'],
  finished: ['success'],
  failed: ['failure'],
  running: ['building'],
};

/** What to do instead, where no other name says it. */
const ADVICE: Readonly<Record<string, string>> = {
  dryrun: 'POST /blueprints/validate checks a blueprint without building it',
  validate: 'POST /blueprints/validate checks a blueprint without building it',
};

const suggest = (
  table: Readonly<Record<string, readonly string[]>>,
  written: string,
  candidates: readonly string[],
): string | undefined => {
  const plain = plainName(written);
  const known = Object.hasOwn(table, plain) ? table[plain] : undefined;
  return known?.find((name) => candidates.includes(name)) ?? closest(written, candidates);
};

/** The member or parameter that an unknown name probably stands for; `undefined` for none. */
export function suggestMember(written: string, known: readonly string[]): string | undefined {
  return suggest(MEMBERS, written, known);
}

/** The allowed value that another one probably stands for; `undefined` for none. */
export function suggestValue(written: unknown, allowed: readonly unknown[]): string | undefined {
  if (typeof written !== 'string') return undefined;
  return suggest(
    VALUES,
    written,
    allowed.filter((value) => typeof value === 'string'),
  );
}

/** What a caller who wrote an unknown name should do instead; `undefined` where nothing is known. */
export function adviceFor(written: string): string | undefined {
  const plain = plainName(written);
  return Object.hasOwn(ADVICE, plain) ? ADVICE[plain] : undefined;
}
