import {
  createContractServer,
  needsIdentity,
  type ContractServer,
  type SandboxHandler,
  type SandboxResponse,
} from './contract-server.ts';

/** RHEL version of a policy by the last digit of its id: 8, 9, or a for 10; 9 otherwise. */
const majorOf = (policyId: string): number => {
  switch (policyId.at(-1)) {
    case '8':
      return 8;
    case 'a':
      return 10;
    default:
      return 9;
  }
};

/** Prefixes of ids that are refused, with the status; all other ids are policies. */
const refusal = (policyId: string): number | null => {
  const [, status] = /^(403|404)/.exec(policyId) ?? [];
  return status === undefined ? null : Number(status);
};

const PROFILE = 'xccdf_org.ssgproject.content_profile_cis';

const REQUIREMENTS = `name = "sandbox-policy"
version = "0.0.1"

[[packages]]
name = "aide"
version = "*"

[[packages]]
name = "sudo"
version = "*"

[[customizations.filesystem]]
mountpoint = "/tmp"
size = 1073741824

[customizations.services]
enabled = ["auditd"]
masked = ["rpcbind"]

[customizations.kernel]
append = "audit=1 audit_backlog_limit=8192"
`;

/** A stand-in for the compliance service: every id is a policy with a few rules. */
export function createComplianceSandbox(): Promise<ContractServer> {
  const tailored = new Set<string>();
  const ofPolicy =
    (respond: (id: string, request: Parameters<SandboxHandler>[0]) => SandboxResponse): SandboxHandler =>
    (request) => {
      const id = String(request.params['policy_id']);
      const status = refusal(id);
      return status === null ? respond(id, request) : { status, body: { errors: ['this is a sandbox'] } };
    };
  const tailoring = (id: string, minor: unknown) => ({ id, type: 'tailoring', os_minor_version: Number(minor) });
  const key = (id: string, minor: unknown): string => `${id}/${String(minor)}`;

  return createContractServer({
    contract: 'compliance',
    basePath: '/api/compliance/v2',
    refuse: needsIdentity,
    handlers: {
      getPolicy: ofPolicy((id) => ({
        status: 200,
        body: { data: { id, type: 'policy', ref_id: PROFILE, title: 'Sandbox policy', os_major_version: majorOf(id) } },
      })),
      listTailorings: ofPolicy((id, { query }) => {
        const minor = /os_minor_version=(\d+)/.exec(String(query['filter']))?.[1];
        const data = minor !== undefined && tailored.has(key(id, minor)) ? [tailoring(id, minor)] : [];
        return { status: 200, body: { data, meta: { total: data.length } } };
      }),
      createTailoring: ofPolicy((id, { body }) => {
        const minor = (body as { os_minor_version: number }).os_minor_version;
        tailored.add(key(id, minor));
        return { status: 201, body: { data: tailoring(id, minor) } };
      }),
      getTailoringFileJson: ofPolicy((id) => ({
        status: 200,
        body: { profiles: [{ id: `${PROFILE}_tailored`, base_profile_id: PROFILE, title: `Sandbox policy ${id}` }] },
      })),
      getTailoringFileToml: ofPolicy(() => ({ status: 200, type: 'application/toml', body: REQUIREMENTS })),
    },
  });
}
