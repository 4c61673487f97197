import { createContractServer, type ContractServer } from './contract-server.ts';

/** Recommended packages by package. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  nginx: ['nginx-mod-stream', 'certbot', 'openssl'],
  httpd: ['mod_ssl', 'httpd-tools', 'php'],
  'postgresql-server': ['postgresql-contrib', 'pgbackrest', 'pg_top'],
  podman: ['buildah', 'skopeo', 'podman-compose'],
};
const ANYWAY = ['tmux', 'vim-enhanced', 'htop', 'jq', 'rsync', 'bash-completion'];

/** A stand-in for package recommendations. */
export function createRecommendationsSandbox(): Promise<ContractServer> {
  return createContractServer({
    contract: 'recommendations',
    basePath: '/api/recommendations/v1',
    refuse: (req) =>
      req.headers.authorization?.startsWith('Bearer ') ? null : { status: 401, body: { packages: [] } },
    handlers: {
      getRecommendedPackages: ({ body }) => {
        const { packages, recommendedPackages } = body as { packages: string[]; recommendedPackages: number };
        const related = [...packages.flatMap((name) => COMPANIONS[name] ?? []), ...ANYWAY];
        const fresh = [...new Set(related)].filter((name) => !packages.includes(name));
        return {
          status: 200,
          body: { packages: fresh.slice(0, Math.max(0, recommendedPackages)), modelVersion: 'sandbox' },
        };
      },
    },
  });
}
