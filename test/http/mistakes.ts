// Typical mistakes of people who know another tool, or who misspell a name: each with the place, the problem and the remedy that
// the service has to name.
import { blueprintRequest } from '../domain/blueprints/support.ts';
import { composeRequest, guestImageRequest } from '../support/given.ts';

export interface Mistake {
  readonly method: string;
  /** `{blueprint}` and `{compose}` stand for stored objects. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the service builds in spite of it. */
  readonly builds?: boolean;
  /** JSON pointer, or `query.NAME` and the like. */
  readonly place: string;
  readonly problem: RegExp;
  /** Part of the suggestion, of what the place takes, or of the text. */
  readonly remedy: string;
}

type Found = Pick<Mistake, 'place' | 'problem' | 'remedy'>;

const found = (place: string, problem: RegExp, remedy: string): Found => ({ place, problem, remedy });

/** A mistake in a blueprint that is checked. */
const inBlueprint = (change: object, ...expected: Parameters<typeof found>): Mistake => ({
  ...{ method: 'POST', path: '/blueprints/validate', body: { ...blueprintRequest(), ...change } },
  ...found(...expected),
});

const inCustomizations = (customizations: object, place: string, problem: RegExp, remedy: string): Mistake =>
  inBlueprint({ customizations }, `/customizations${place}`, problem, remedy);

const inImage = (change: object, place: string, problem: RegExp, remedy: string): Mistake =>
  inBlueprint({ image_requests: [{ ...guestImageRequest, ...change }] }, `/image_requests/0${place}`, problem, remedy);

/** A misspelt member, which the service ignores and reports. */
const unknownIn = (customizations: object, place: string, remedy: string): Mistake =>
  inCustomizations(customizations, place, /is unknown and ignored; did you mean/, remedy);

/** A name that the schema forbids. */
const unsupported = (change: object, place: string, remedy: string): Mistake =>
  inBlueprint(change, place, /is unsupported; did you mean/, remedy);

const inQuery = (path: string, name: string, remedy: string): Mistake => ({
  ...{ method: 'GET', path },
  ...found(`query.${name}`, /is unknown/, remedy),
});

const refused = (
  method: string,
  path: string,
  body: unknown,
  ...expected: [place: string, problem: RegExp, remedy: string]
): Mistake => ({ method, path, body, ...found(...expected) });

const user = { name: 'me' };
const image = (change: object) => ({ ...composeRequest, image_requests: [{ ...guestImageRequest, ...change }] });
const allowed = /not one of the allowed values/;
const repository = { id: 'mine', baseurl: ['https://example.com/repo/'] };

const MEMBERS: readonly Mistake[] = [
  unknownIn({ pakages: ['nginx'] }, '/pakages', 'packages'),
  unknownIn({ package: ['nginx'] }, '/package', 'packages'),
  unknownIn({ Packages: ['nginx'] }, '/Packages', 'packages'),
  unknownIn({ rpms: ['nginx'] }, '/rpms', 'packages'),
  unknownIn({ user: [user] }, '/user', 'users'),
  unknownIn({ users: [{ ...user, key: 'ssh-ed25519 AAAA' }] }, '/users/0/key', 'ssh_key'),
  unknownIn({ users: [{ ...user, sshKey: 'ssh-ed25519 AAAA' }] }, '/users/0/sshKey', 'ssh_key'),
  unknownIn({ users: [{ ...user, ssh_keys: ['ssh-ed25519 AAAA'] }] }, '/users/0/ssh_keys', 'ssh_key'),
  unknownIn({ users: [{ ...user, ssh_authorized_keys: [] }] }, '/users/0/ssh_authorized_keys', 'ssh_key'),
  unknownIn({ users: [{ ...user, group: ['wheel'] }] }, '/users/0/group', 'groups'),
  unknownIn({ users: [{ ...user, passwd: 'x' }] }, '/users/0/passwd', 'password'),
  unknownIn(
    { custom_repositories: [{ ...repository, gpgcheck: true }] },
    '/custom_repositories/0/gpgcheck',
    'check_gpg',
  ),
  unknownIn({ custom_repositories: [{ ...repository, gpg_key: [] }] }, '/custom_repositories/0/gpg_key', 'gpgkey'),
  unknownIn(
    { custom_repositories: [{ ...repository, sslverify: true }] },
    '/custom_repositories/0/sslverify',
    'ssl_verify',
  ),
  unknownIn({ custom_repositories: [{ ...repository, url: 'x' }] }, '/custom_repositories/0/url', 'baseurl'),
  unknownIn({ custom_repositories: [{ ...repository, base_url: 'x' }] }, '/custom_repositories/0/base_url', 'baseurl'),
  unknownIn({ repos: [repository] }, '/repos', 'custom_repositories'),
  unknownIn({ repositories: [repository] }, '/repositories', 'custom_repositories'),
  unknownIn({ files: [{ path: '/etc/motd', contents: 'x' }] }, '/files/0/contents', 'data'),
  unknownIn({ files: [{ path: '/etc/motd', content: 'x' }] }, '/files/0/content', 'data'),
  unknownIn({ files: [{ path: '/etc/motd', permissions: '0644' }] }, '/files/0/permissions', 'mode'),
  unknownIn({ files: [{ path: '/etc/motd', owner: 'root' }] }, '/files/0/owner', 'user'),
  unknownIn({ files: [{ path: '/etc/motd', encoding: 'base64' }] }, '/files/0/encoding', 'data_encoding'),
  unknownIn(
    { directories: [{ path: '/srv/x', ensure_parent: true }] },
    '/directories/0/ensure_parent',
    'ensure_parents',
  ),
  unknownIn({ filesystem: [{ mountpoint: '/srv', min_size: 1 << 30, size: 1 }] }, '/filesystem/0/size', 'min_size'),
  unknownIn({ filesystems: [] }, '/filesystems', 'filesystem'),
  unknownIn({ containers: [{ source: 'quay.io/a/b', image: 'x' }] }, '/containers/0/image', 'source'),
  unknownIn({ containers: [{ source: 'quay.io/a/b', tlsVerify: true }] }, '/containers/0/tlsVerify', 'tls_verify'),
  unknownIn({ host_name: 'web' }, '/host_name', 'hostname'),
  unknownIn({ service: { enabled: ['nginx'] } }, '/service', 'services'),
  unknownIn({ time_zone: { timezone: 'Europe/Prague' } }, '/time_zone', 'timezone'),
  unknownIn({ openscp: { profile_id: 'x' } }, '/openscp', 'openscap'),
  unknownIn({ ca_certs: { pem_certs: [] } }, '/ca_certs', 'cacerts'),
  unknownIn({ modules: [] }, '/modules', 'enabled_modules'),
  inCustomizations({ nonsense: 'us' }, '/nonsense', /is unknown and ignored; the members are/, 'locale'),
  unknownIn(
    { disk: { partitions: [{ type: 'plain', fs_type: 'xfs', mountpoint: '/', minsiz: '10 GiB' }] } },
    '/disk/partitions/0/minsiz',
    'minsize',
  ),
  unknownIn(
    { disk: { partitions: [{ type: 'lvm', logical_volumes: [{ fs_type: 'xfs', mount: '/', mountpoint: '/' }] }] } },
    '/disk/partitions/0/logical_volumes/0/mount',
    'mountpoint',
  ),
  unknownIn({ subscription: { activationkey: 'x' } }, '/subscription/activationkey', 'activation-key'),
];

const FORBIDDEN: readonly Mistake[] = [
  unsupported({ distro: 'centos-9' }, '', 'distribution'),
  unsupported({ image_request: [] }, '', 'image_requests'),
  unsupported({ images: [] }, '', 'image_requests'),
  unsupported({ customisations: {} }, '', 'customizations'),
  unsupported({ title: 'web server' }, '', 'name'),
  unsupported({ customizations: { services: { enable: ['nginx'] } } }, '/customizations/services', 'enabled'),
  unsupported({ customizations: { services: { disable: ['nginx'] } } }, '/customizations/services', 'disabled'),
  unsupported({ customizations: { kernel: { args: 'quiet' } } }, '/customizations/kernel', 'append'),
  unsupported({ customizations: { kernel: { cmdline: 'quiet' } } }, '/customizations/kernel', 'append'),
  unsupported({ customizations: { timezone: { zone: 'UTC' } } }, '/customizations/timezone', 'timezone'),
  unsupported({ customizations: { timezone: { ntp_servers: [] } } }, '/customizations/timezone', 'ntpservers'),
  unsupported({ customizations: { locale: { lang: 'cs' } } }, '/customizations/locale', 'languages'),
  unsupported({ customizations: { locale: { keymap: 'cz' } } }, '/customizations/locale', 'keyboard'),
  unsupported({ customizations: { firewall: { port: ['22:tcp'] } } }, '/customizations/firewall', 'ports'),
  unsupported({ customizations: { fips: { enable: true } } }, '/customizations/fips', 'enabled'),
  unsupported({ customizations: { groups: [{ name: 'web', id: 5 }] } }, '/customizations/groups/0', 'gid'),
  unsupported({ image_requests: [{ ...guestImageRequest, arch: 'x86_64' }] }, '/image_requests/0', 'architecture'),
  unsupported({ image_requests: [{ ...guestImageRequest, type: 'aws' }] }, '/image_requests/0', 'image_type'),
  unsupported({ image_requests: [{ ...guestImageRequest, target: {} }] }, '/image_requests/0', 'upload_request'),
  unsupported({ image_requests: [{ ...guestImageRequest, snapshotDate: 'x' }] }, '/image_requests/0', 'snapshot_date'),
];

const VALUES: readonly Mistake[] = [
  inBlueprint({ distribution: 'centos9' }, '/distribution', allowed, 'centos-9'),
  inBlueprint({ distribution: 'CentOS-9' }, '/distribution', allowed, 'centos-9'),
  inBlueprint({ distribution: 'centos-stream-9' }, '/distribution', allowed, 'centos-9'),
  inBlueprint({ distribution: 'rhel9' }, '/distribution', allowed, 'rhel-9'),
  inBlueprint({ distribution: 'el9' }, '/distribution', allowed, 'rhel-9'),
  inBlueprint({ distribution: 'fedora43' }, '/distribution', allowed, 'fedora-43'),
  inImage({ architecture: 'amd64' }, '/architecture', allowed, 'x86_64'),
  inImage({ architecture: 'x86-64' }, '/architecture', allowed, 'x86_64'),
  inImage({ architecture: 'arm64' }, '/architecture', allowed, 'aarch64'),
  inImage({ architecture: 'X86_64' }, '/architecture', allowed, 'x86_64'),
  inImage({ image_type: 'qcow2' }, '/image_type', allowed, 'guest-image'),
  inImage({ image_type: 'guest_image' }, '/image_type', allowed, 'guest-image'),
  inImage({ image_type: 'iso' }, '/image_type', allowed, 'image-installer'),
  inImage({ image_type: 'vmdk' }, '/image_type', allowed, 'vsphere'),
  inImage({ image_type: 'ova' }, '/image_type', allowed, 'vsphere-ova'),
  inImage({ image_type: 'ec2' }, '/image_type', allowed, 'aws'),
  inImage({ image_type: 'gce' }, '/image_type', allowed, 'gcp'),
  inImage({ upload_request: { type: 's3', options: {} } }, '/upload_request/type', allowed, 'aws.s3'),
  inImage({ upload_request: { types: 'aws.s3', options: {} } }, '/upload_request/type', /is missing/, 'type'),
  inImage({ upload_request: { type: 'aws.s3' } }, '/upload_request/options', /is missing/, 'options'),
  inImage({ size: '10 GiB' }, '/size', /must be|integer|multipleOf|not/, 'integers'),
  inImage({ image_type: 'aws' }, '/image_type', /Invalid image type for upload target/, 'guest-image'),
  inImage({ snapshot_date: 'yesterday' }, '/snapshot_date', /not in DateOnly/, 'a day as 2026-03-01'),
  inBlueprint({ name: 7 }, '/name', /must be a string/, 'a string'),
  inBlueprint({ name: ' ' }, '/name', /must contain/, 'at least two characters'),
  inBlueprint({ image_requests: [] }, '/image_requests', /minimum number of items/, 'at least 1 item'),
  inBlueprint({ image_requests: guestImageRequest }, '/image_requests', /must be an array/, 'an array'),
  inCustomizations({ packages: 'nginx' }, '/packages', /must be an array/, 'an array'),
  inCustomizations({ packages: [{ name: 'nginx' }] }, '/packages/0', /must be a string/, 'a string'),
  inCustomizations({ users: [{ name: '' }] }, '/users/0', /missing user name/, 'name'),
  inCustomizations({ users: [{ ssh_key: 'ssh-ed25519 AAAA' }] }, '/users/0/name', /is missing/, 'name'),
  inCustomizations({ users: [{ username: 'me' }] }, '/users/0/name', /did you mean it with "username"/, 'name'),
  inCustomizations({ files: [{ data: 'x' }] }, '/files/0/path', /is missing/, 'path'),
  inCustomizations({ files: [{ path: 'etc/motd' }] }, '/files/0', /must be absolute|not absolute|absolute/, 'absolute'),
  inCustomizations({ files: [{ path: '/etc/passwd' }] }, '/files/0', /is not allowed/, '/etc/passwd'),
  inCustomizations({ files: [{ path: '/etc/x', data_encoding: 'b64' }] }, '/files/0/data_encoding', allowed, 'base64'),
  inCustomizations({ filesystem: [{ mountpoint: 'srv', min_size: 1 << 30 }] }, '/filesystem/0', /absolute/, 'absolute'),
  inCustomizations({ hostname: null }, '/hostname', /not nullable/, 'a string'),
  inCustomizations({ firewall: { ports: ['99999:tcp'] } }, '/firewall/ports/0', /99999/, '65535'),
  inCustomizations({ partitioning_mode: 'LVM' }, '/partitioning_mode', allowed, 'lvm'),
  inCustomizations({ disk: { type: 'mbr', partitions: [] } }, '/disk/type', allowed, 'dos'),
];

const PARAMETERS: readonly Mistake[] = [
  inQuery('/composes?page=2', 'page', 'offset'),
  inQuery('/composes?per_page=5', 'per_page', 'limit'),
  inQuery('/composes?Limit=5', 'Limit', 'limit'),
  inQuery('/composes?orderBy=created_at', 'orderBy', 'sort'),
  inQuery('/composes?state=success', 'state', 'status'),
  inQuery('/blueprints?query=web', 'query', 'search'),
  inQuery('/blueprints?serach=web', 'serach', 'search'),
  inQuery('/distributions?architecture=x86_64', 'architecture', 'arch'),
  inQuery('/version?verbose=1', 'verbose', 'none'),
  inQuery('/quota?days=1', 'days', 'none'),
  inQuery('/webhooks?page=1', 'page', 'offset'),
  inQuery('/audit?since=2026-01-01', 'since', 'created_after'),
  refused('GET', '/composes?limit=0', undefined, 'query.limit', /at least 1; it is 0/, 'numbers from 1'),
  refused('GET', '/composes?limit=all', undefined, 'query.limit', /must be an integer; it is "all"/, 'an integer'),
  refused('GET', '/composes?sort=newest', undefined, 'query.sort', /it is "newest"/, 'created_at'),
  refused('GET', '/composes?status=done', undefined, 'query.status', allowed, 'success'),
  refused(
    'GET',
    '/composes?created_after=yesterday',
    undefined,
    'query.created_after',
    /RFC 3339/,
    '2026-03-01T08:30:00Z',
  ),
  refused('GET', '/composes?cursor=abc', undefined, 'query.cursor', /none that the service gave/, 'start'),
  refused('GET', '/composes/42', undefined, 'path.composeId', /must be a UUID/, 'a UUID of 36 characters'),
  refused('GET', '/blueprints/{blueprint}?version=0', undefined, 'query.version', /count from 1/, 'numbers from 1'),
  refused('GET', '/architectures/centos9', undefined, 'path.distribution', allowed, 'centos-9'),
  refused(
    'GET',
    '/packages?distribution=centos9&architecture=x86_64&search=vim',
    undefined,
    'query.distribution',
    allowed,
    'centos-9',
  ),
  refused(
    'GET',
    '/packages?distribution=centos-9&architecture=x86_64',
    undefined,
    'query.search',
    /required/,
    'required',
  ),
  refused('GET', '/oscap/centos-9/cis/customizations', undefined, 'path.profile', allowed, 'content_profile_cis'),
];

const build = (body: unknown, ...expected: [place: string, problem: RegExp, remedy: string]): Mistake =>
  refused('POST', '/compose?hints=true', body, ...expected);

const OPERATIONS: readonly Mistake[] = [
  build(image({ architecture: 'amd64' }), '/image_requests/0/architecture', /it is "amd64"/, 'x86_64'),
  build({ ...composeRequest, distribution: 'centos9' }, '/distribution', /it is "centos9"/, 'centos-9'),
  build({ ...composeRequest, dry_run: true }, '', /"dry_run" is unsupported/, 'blueprints/validate'),
  build({ ...composeRequest, image_requests: [] }, '/image_requests', /minimum number/, 'at least 1 item'),
  build({ image_requests: [guestImageRequest] }, '', /distribution or bootc needs to be set/, 'distribution'),
  build(image({ image_type: 'aws' }), '/image_requests/0/image_type', /Invalid image type/, 'guest-image'),
  build(
    image({ image_type: 'aws', upload_request: { type: 'aws', options: {} } }),
    '/image_requests/0/upload_request/options',
    /at least one source or account/,
    'share_with_accounts',
  ),
  {
    ...build(
      { ...composeRequest, customizations: { pakages: [] } },
      '/customizations/pakages',
      /is unknown/,
      'packages',
    ),
    builds: true,
  },
  {
    ...refused('POST', '/compose?dry_run=true', composeRequest, 'query.dry_run', /is unknown/, 'validate'),
    builds: true,
  },
  refused(
    'POST',
    '/blueprints?hints=true',
    blueprintRequest({ customizations: { pakages: [] } as never }),
    '/customizations/pakages',
    /is unknown/,
    'packages',
  ),
  refused('POST', '/compose', '{"distribution": }', '', /failed to decode/, 'Unexpected token'),
  refused('POST', '/compose', undefined, '', /required but missing/, 'value is required'),
  {
    ...refused(
      'POST',
      '/compose',
      JSON.stringify(composeRequest),
      'header.Content-Type',
      /json-encoded/,
      'application/json',
    ),
    headers: { 'content-type': 'text/plain' },
  },
  {
    ...refused('POST', '/blueprints', blueprintRequest(), 'header.Idempotency-Key', /1 to 255/, 'printable characters'),
    headers: { 'idempotency-key': 'ünicode key' },
  },
  refused(
    'POST',
    '/webhooks',
    { url: 'https://example.com/', events: ['compose.finished'] },
    '/events',
    /is unknown/,
    'event_types',
  ),
  refused('POST', '/webhooks', { callback_url: 'https://example.com/' }, '/url', /with "callback_url"/, 'url'),
  refused(
    'POST',
    '/webhooks',
    { url: 'https://example.com/', event_types: ['compose.finish'] },
    '/event_types/0',
    allowed,
    'compose.finished',
  ),
  refused('PUT', '/blueprints/{blueprint}/schedule', { schedule: '0 3 * * *' }, '', /is unsupported/, 'cron'),
  refused('PUT', '/blueprints/{blueprint}/schedule', { cron: 'daily' }, '/cron', /cron/, 'cron'),
  refused('PUT', '/blueprints/{blueprint}/labels', { label: { team: 'web' } }, '/labels', /with "label"/, 'labels'),
  refused('POST', '/blueprints/{blueprint}/restore', { parent_version: 1 }, '', /is unsupported/, 'version'),
  refused('POST', '/composes/{compose}/clone', { regions: ['eu-west-1'] }, '/region', /is missing/, 'region'),
];

export const MISTAKES: readonly Mistake[] = [...MEMBERS, ...FORBIDDEN, ...VALUES, ...PARAMETERS, ...OPERATIONS];
