import { createHash } from 'node:crypto';
import type { DistributionRegistry } from '../../../../src/domain/distributions/registry.ts';
import { createContractServer, needsIdentity, type ContractServer, type SandboxHandler } from './contract-server.ts';

interface Repository {
  readonly uuid: string;
  readonly origin: 'red_hat' | 'external' | 'upload' | 'community';
  readonly name: string;
  readonly label: string;
  readonly url: string;
  readonly gpg_key: string;
  readonly snapshot: boolean;
  readonly metadata_verification: boolean;
  readonly module_hotfixes: boolean;
  readonly latest_snapshot_url: string;
}

const SNAPSHOT_HOST = 'https://snapshots.sandbox.example';
const KEY = '-----BEGIN PGP PUBLIC KEY BLOCK-----\nno key, this is a sandbox\n-----END PGP PUBLIC KEY BLOCK-----\n';

/** A UUID derived from a name. */
const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const repository = (
  fields: Pick<Repository, 'origin' | 'name' | 'label' | 'url'> & Partial<Repository>,
): Repository => {
  const uuid = fields.uuid ?? uuidOf(fields.url || fields.name);
  return {
    uuid,
    gpg_key: KEY,
    snapshot: true,
    metadata_verification: false,
    module_hotfixes: false,
    latest_snapshot_url: `${SNAPSHOT_HOST}/api/pulp-content/sandbox/${uuid}/latest/`,
    ...fields,
  };
};

/** Identifiers that docs/sandbox.md names; they never change. */
export const SANDBOX_IDS = {
  external: '5a0d0000-0000-4000-8000-0000000000e1',
  upload: '5a0d0000-0000-4000-8000-0000000000a1',
  codeReady: '5a0d0000-0000-4000-8000-0000000000c1',
  template: '5a0d0000-0000-4000-8000-000000000007',
} as const;

const EXTRAS: readonly Repository[] = [
  repository({
    uuid: SANDBOX_IDS.external,
    origin: 'external',
    name: 'Tools of the sandbox',
    label: 'sandbox-tools',
    url: 'https://tools.sandbox.example/el9/',
  }),
  repository({
    uuid: SANDBOX_IDS.upload,
    origin: 'upload',
    name: 'Uploaded packages',
    label: 'sandbox-upload',
    url: '',
  }),
  repository({
    uuid: SANDBOX_IDS.codeReady,
    origin: 'red_hat',
    name: 'CodeReady Builder for RHEL 9',
    label: 'codeready-builder-for-rhel-9-x86_64-rpms',
    url: 'https://cdn.redhat.com/content/dist/rhel9/9/x86_64/codeready-builder/os',
  }),
  ...[8, 9, 10].map((major) =>
    repository({
      origin: 'community',
      name: `EPEL ${major} Everything x86_64`,
      label: `epel-${major}`,
      url: `https://dl.fedoraproject.org/pub/epel/${major}/Everything/x86_64/`,
    }),
  ),
];

/** Red Hat's repositories of every distribution the service knows. */
const productRepositories = ({ all }: DistributionRegistry): Repository[] =>
  all.flatMap(({ architectures, rhelVersion, name }) =>
    [...architectures].flatMap(([architecture, { repositories }]) =>
      repositories
        .filter(({ rhsm, baseurl }) => rhsm && baseurl !== undefined)
        .map(({ id, baseurl }) =>
          repository({
            origin: 'red_hat',
            name: `${name} for ${architecture} - ${id}`,
            label: `rhel-${rhelVersion?.major ?? 'x'}-for-${architecture}-${id}-rpms`,
            url: baseurl ?? '',
          }),
        ),
    ),
  );

const listed = (value: string | string[] | undefined): string[] =>
  [value ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .filter((text) => text !== '');

const snapshotOf = ({ uuid, name, url }: Repository, date: string) => ({
  uuid: uuidOf(`${uuid} ${date}`),
  repository_uuid: uuid,
  repository_name: name,
  repository_path: `sandbox/${uuid}/${date}`,
  url: `${SNAPSHOT_HOST}/api/pulp-content/sandbox/${uuid}/${date}/`,
  created_at: `${date}T00:00:00Z`,
  // Red Hat's URLs contain the version: .../rhel9/9.6/x86_64/...
  detected_os_version: /\/rhel\d+\/(\d+\.\d+)\//.exec(url)?.[1] ?? '',
});

/** A stand-in for content sources: every Red Hat repository of the distributions, and a few custom ones. */
export function createContentSourcesSandbox(distributions: DistributionRegistry): Promise<ContractServer> {
  const repositories = new Map([...productRepositories(distributions), ...EXTRAS].map((r) => [r.uuid, r]));
  const normal = (url: string): string => url.replace(/\/+$/, '');

  const listRepositories: SandboxHandler = ({ query }) => {
    const [origins, urls, uuids] = [listed(query['origin']), listed(query['url']).map(normal), listed(query['uuid'])];
    const offset = Number(query['offset'] ?? 0);
    const limit = Number(query['limit'] ?? 100);
    const found = [...repositories.values()].filter(
      ({ origin, url, uuid }) =>
        (origins.length === 0 || origins.includes(origin)) &&
        (urls.length === 0 || urls.includes(normal(url))) &&
        (uuids.length === 0 || uuids.includes(uuid)),
    );
    const data = found.slice(offset, offset + limit);
    return { status: 200, body: { data, meta: { count: found.length, limit, offset }, links: {} } };
  };

  const bulkExportRepositories: SandboxHandler = ({ body }) => {
    const { repository_uuids: uuids } = body as { repository_uuids: string[] };
    const known = uuids.flatMap((uuid) => repositories.get(uuid) ?? []);
    return {
      status: 201,
      body: known.map(({ name, url, origin, gpg_key, snapshot, metadata_verification, module_hotfixes }) => ({
        ...{ name, url, origin, gpg_key, snapshot, metadata_verification, module_hotfixes },
        ...{ distribution_arch: 'any', distribution_versions: ['any'] },
      })),
    };
  };

  const listSnapshotsByDate: SandboxHandler = ({ body }) => {
    const { date, repository_uuids: uuids } = body as { date: string; repository_uuids: string[] };
    const data = uuids
      .flatMap((uuid) => repositories.get(uuid) ?? [])
      .map((found) => ({ repository_uuid: found.uuid, is_after: false, match: snapshotOf(found, date.slice(0, 10)) }));
    return { status: 200, body: { data } };
  };

  const getTemplate: SandboxHandler = ({ params }) => {
    if (params['uuid'] !== SANDBOX_IDS.template) return { status: 404, body: { errors: [{ status: 404 }] } };
    const used = [...repositories.values()].filter(
      ({ uuid, url }) =>
        /\/content\/dist\/rhel9\/9\/x86_64\/(baseos|appstream)\/os$/.test(url) || uuid === SANDBOX_IDS.external,
    );
    return {
      status: 200,
      body: {
        uuid: SANDBOX_IDS.template,
        name: 'RHEL 9 of the sandbox',
        arch: 'x86_64',
        version: '9',
        repository_uuids: used.map(({ uuid }) => uuid),
        snapshots: used.map((found) => snapshotOf(found, '2026-01-01')),
      },
    };
  };

  return createContractServer({
    contract: 'content-sources',
    basePath: '/api/content-sources/v1',
    handlers: { listRepositories, bulkExportRepositories, listSnapshotsByDate, getTemplate },
    refuse: needsIdentity,
  });
}
