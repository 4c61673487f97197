// The identity of scheduled composes. The database stores members of the identity but never the header; platform calls
// receive a header made from these members.
import type { ScheduleCaller } from '../../db/queries/schedules.ts';
import type { Identity } from '../identity.ts';

/** The stored members of an identity. */
export function toScheduleCaller({ accountNumber, email, username, type, entitled }: Identity): ScheduleCaller {
  return {
    ...{ accountNumber, email, username, type, entitled },
  };
}

const platformHeaderOf = (orgId: string, caller: ScheduleCaller): string => {
  const { accountNumber, email, username, type, entitled } = caller;
  const document = {
    identity: {
      ...{ type, org_id: orgId, internal: { org_id: orgId } },
      ...(accountNumber === '' ? {} : { account_number: accountNumber }),
      ...(username === '' && email === '' ? {} : { user: { username, email } }),
    },
    entitlements: { rhel: { is_entitled: entitled } },
  };
  return Buffer.from(JSON.stringify(document)).toString('base64');
};

/** The identity of scheduled composes. */
export function identityOf(orgId: string, caller: ScheduleCaller, auth: 'platform' | 'fedora'): Identity {
  return {
    ...{ orgId, ...caller, actor: caller.username || caller.email, orgAdmin: false },
    statesEntitlement: auth === 'platform',
    platformHeader: auth === 'fedora' ? null : platformHeaderOf(orgId, caller),
  };
}
