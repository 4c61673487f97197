import { setImmediate } from 'node:timers/promises';
import { hashPassword, refuseCostlyPasswords } from '../compose-requests/password-hash.ts';
import type { Customizations } from '../compose-requests/types.ts';
import { omit } from '../../lib/members.ts';

export type User = NonNullable<Customizations['users']>[number];

/** A user as the caller wants it, the password hashed. Empty and absent credentials still differ. */
export type RequestedUser = Omit<User, 'hasPassword'>;

/**
 * Hashes what is to be stored of a request's users. Hashing is slow on purpose; other requests are served between two
 * users. What a caller says about `hasPassword` is no news and is dropped.
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
  // Absent means "as it is", since passwords are never shown; empty means "none".
  const password = requested.password ?? stored?.password;
  const key = requested.ssh_key ?? stored?.ssh_key;
  return { ...(password ? { password } : {}), ...(key ? { ssh_key: key } : {}) };
};

/**
 * The users of a new version: those requested, with the credentials they do not mention taken from the stored user of
 * exactly that name.
 * @param stored users of the version before, none for a new blueprint; of several with one name the first counts
 */
export function mergeUsers(requested: readonly RequestedUser[], stored: readonly RequestedUser[]): RequestedUser[] {
  const byName = new Map(stored.toReversed().map((user) => [user.name, user]));
  return requested.map((user) => ({
    ...omit(user, 'password', 'ssh_key'),
    ...credentials(user, byName.get(user.name)),
  }));
}
