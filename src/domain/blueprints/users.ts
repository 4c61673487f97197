import { setImmediate } from 'node:timers/promises';
import { hashPassword, refuseCostlyPasswords } from '../compose-requests/password-hash.ts';
import type { Customizations } from '../compose-requests/types.ts';
import { omit } from '../../lib/members.ts';

export type User = NonNullable<Customizations['users']>[number];

/** A requested user with a hashed password. Empty credentials differ from absent ones. */
export type RequestedUser = Omit<User, 'hasPassword'>;

/**
 * Hashes the passwords of users. Hashing is slow on purpose: the function yields to other requests between users.
 * @throws ServiceError `invalid`, see `refuseCostlyPasswords`
 */
export async function hashRequestedUsers(users: readonly User[]): Promise<RequestedUser[]> {
  refuseCostlyPasswords(users);
  const hashed: RequestedUser[] = [];
  for (const user of users) {
    const { password } = user;
    if (password) await setImmediate();
    hashed.push({ ...omit(user, 'hasPassword'), ...(password ? { password: hashPassword(password) } : {}) });
  }
  return hashed;
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
