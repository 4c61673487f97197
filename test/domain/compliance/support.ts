// What tests of policies share: the compliance service's answers.
import type nock from 'nock';

export const POLICY = '0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9e';
export const OTHER_POLICY = '0b7d5f31-8c2e-4a6f-9e14-5d3c2b1a0f9f';

/** A policy that asks for something of every kind. */
export const TAILORING = `
name = "a policy"
[[packages]]
name = "aide"
version = "*"
[[customizations.filesystem]]
mountpoint = "/tmp"
size = 1073741824
[customizations]
fips = true
[customizations.services]
enabled = ["auditd"]
masked = ["cups"]
disabled = ["rpcbind"]
[customizations.kernel]
append = "audit=1 audit_backlog_limit=8192"
`;

/** What the policy above asks for, as customizations. */
export const REQUIRED = {
  packages: ['aide'],
  filesystem: [{ mountpoint: '/tmp', min_size: 1_073_741_824 }],
  fips: { enabled: true },
  services: { enabled: ['auditd'], masked: ['cups'], disabled: ['rpcbind'] },
  kernel: { append: ' audit=1 audit_backlog_limit=8192' },
};

interface Tailored {
  readonly policy?: string;
  readonly minor?: number;
  /** How often it is asked. */
  readonly times?: number;
  readonly identity?: string;
}

/** The list of tailorings answers; without a body it holds one. */
export function answersTailorings(
  compliance: nock.Scope,
  status = 200,
  body: string | object = { data: [{}] },
  { policy = POLICY, minor = 6, times = 1, identity }: Tailored = {},
): void {
  compliance
    .get(`/policies/${policy}/tailorings`)
    .query({ filter: `os_minor_version=${minor}` })
    .matchHeader('x-rh-identity', identity ?? /.+/)
    .times(times)
    .reply(status, body);
}

/** The tailoring file answers. */
export function answersFile(
  compliance: nock.Scope,
  status = 200,
  body = TAILORING,
  { policy = POLICY, minor = 6, times = 1, identity }: Tailored = {},
): void {
  compliance
    .get(`/policies/${policy}/tailorings/${minor}/tailoring_file.toml`)
    .matchHeader('x-rh-identity', identity ?? /.+/)
    .times(times)
    .reply(status, body);
}

/** The policy is tailored and can be read. */
export function tailored(compliance: nock.Scope, toml = TAILORING, options: Tailored = {}): void {
  answersTailorings(compliance, 200, { data: [{}] }, options);
  answersFile(compliance, 200, toml, options);
}
