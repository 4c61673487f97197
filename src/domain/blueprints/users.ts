import type { Customizations } from '../compose-requests/types.ts';
import { omit } from '../../lib/members.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';

export type User = NonNullable<Customizations['users']>[number];

/** A requested user with a hashed password. Empty credentials differ from absent ones. */
export type RequestedUser = Omit<User, 'hasPassword'>;

/**
 * The users of a request with hashed passwords.
 * @throws ServiceError as `PasswordHasher.hashUsers`
 */
export function hashRequestedUsers(
  passwords: PasswordHasher,
  orgId: string,
  users: readonly User[],
): Promise<RequestedUser[]> {
  return passwords.hashUsers(
    orgId,
    users.map((user) => omit(user, 'hasPassword')),
  );
}

const credentials = (
  requested: RequestedUser,
  stored: RequestedUser | undefined,
): Pick<RequestedUser, 'password' | 'ssh_key'> => {
  // Absent keeps the stored value, since responses contain no passwords; empty removes it.
  const password = requested.password ?? stored?.password;
  const key = requested.ssh_key ?? stored?.ssh_key;
  return { ...(password ? { password } : {}), ...(key ? { ssh_key: key } : {}) };
};

/**
 * The requested users; absent credentials come from the stored user of the same name.
 * @param stored users of the previous version; the first of several with one name counts
 */
export function mergeUsers(requested: readonly RequestedUser[], stored: readonly RequestedUser[]): RequestedUser[] {
  const byName = new Map(stored.toReversed().map((user) => [user.name, user]));
  return requested.map((user) => ({
    ...omit(user, 'password', 'ssh_key'),
    ...credentials(user, byName.get(user.name)),
  }));
}
