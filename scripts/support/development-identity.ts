import type { Config } from '../../src/config/index.ts';

/** An identity header for development, where no gateway adds one. */
export interface DevelopmentIdentity {
  readonly header: string;
  readonly value: string;
  readonly user: string;
}

const USER = 'developer';
const ORGANIZATION = 'development';

const encode = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString('base64');

/** The header of an entitled administrator of an organization, without a name one that exists in development only. */
export function developmentIdentity(auth: Config['auth'], organization = ORGANIZATION): DevelopmentIdentity {
  if (auth === 'fedora') return { header: 'x-fedora-identity', value: encode({ user: USER }), user: USER };
  const identity = {
    ...{ type: 'User', org_id: organization, account_number: organization, internal: { org_id: organization } },
    user: { username: USER, email: `${USER}@localhost`, is_org_admin: true },
  };
  return {
    header: 'x-rh-identity',
    value: encode({ entitlements: { rhel: { is_entitled: true } }, identity }),
    user: USER,
  };
}
