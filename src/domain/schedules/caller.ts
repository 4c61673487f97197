// In whose name a schedule builds. What is kept of a caller is what identity headers say of everybody, never a header itself; a
// header for services of the platform is made of it again when it is needed.
import type { ScheduleCaller } from '../../db/queries/schedules.ts';
import type { Identity } from '../identity.ts';

/** What is kept of the caller who sets a schedule. */
export function toScheduleCaller({ accountNumber, email, username, type, entitled }: Identity): ScheduleCaller {
  return {
    ...{ accountNumber, email, username, type, entitled },
  };
}

/** A header as the platform's gateway makes them. */
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

/** The identity that builds of a schedule are made with. */
export function identityOf(orgId: string, caller: ScheduleCaller, auth: 'platform' | 'fedora'): Identity {
  return {
    ...{ orgId, ...caller, actor: caller.username || caller.email, orgAdmin: false },
    platformHeader: auth === 'fedora' ? null : platformHeaderOf(orgId, caller),
  };
}
