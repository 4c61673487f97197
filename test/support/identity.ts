/** A caller. What is not said is an entitled administrator of organization 000000. */
export interface TestIdentity {
  readonly orgId?: string;
  readonly entitled?: boolean;
  readonly type?: string;
  readonly accountNumber?: string;
  readonly user?: string;
  readonly email?: string;
  readonly admin?: boolean;
}

export const ORG = '000000';

const encode = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString('base64');

/** The `x-rh-identity` header of a caller. */
export const identityHeader = (identity: TestIdentity = {}): string => {
  const {
    orgId = ORG,
    entitled = true,
    type = 'User',
    accountNumber = '500000',
    user = 'user',
    admin = true,
  } = identity;
  return encode({
    entitlements: { rhel: { is_entitled: entitled } },
    identity: {
      ...{ type, account_number: accountNumber, org_id: orgId },
      internal: { org_id: orgId },
      user: { username: user, email: identity.email ?? `${user}@example.test`, is_org_admin: admin },
    },
  });
};

/** The `x-fedora-identity` header of a user. */
export const fedoraIdentityHeader = (user: string): string => encode({ user });
