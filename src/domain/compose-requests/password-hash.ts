import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { encrypt } from 'unixcrypt';
import { invalid } from '../../lib/errors.ts';

const SALT_CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./';
const SALT_LENGTH = 16;
const HASHED = /^\$(?:6|5|2b)\$/;

const salt = (): string => {
  let text = '';
  for (let i = 0; i < SALT_LENGTH; i += 1) text += SALT_CHARACTERS.charAt(randomInt(SALT_CHARACTERS.length));
  return text;
};

/** Hashes a password with SHA-512 crypt(3), unless it is a hash already. */
export function hashPassword(password: string): string {
  return HASHED.test(password) ? password : encrypt(password, `$6$${salt()}`);
}

interface WithPassword {
  readonly password?: string | undefined;
}

/** The limit of crypt(3), in bytes. Longer passwords are slow to hash. */
const MAX_PASSWORD_BYTES = 511;

/** Per request. Each blocks the event loop for about 20 ms. */
const MAX_HASHED = 100;

/** @throws ServiceError `invalid` for passwords that would take too long to hash */
export function refuseCostlyPasswords(users: readonly WithPassword[]): void {
  let count = 0;
  for (const [index, { password }] of users.entries()) {
    if (!password || HASHED.test(password)) continue;
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
      throw invalid(`customizations.users[${index}].password must not be longer than ${MAX_PASSWORD_BYTES} bytes`);
    }
    count += 1;
    if (count > MAX_HASHED) {
      throw invalid(
        `customizations.users must not have more than ${MAX_HASHED} passwords in clear text; crypt hashes are not counted`,
      );
    }
  }
}

/**
 * Hashes the passwords of users, yielding to the event loop between two; empty passwords are dropped.
 * @throws ServiceError `invalid`, see `refuseCostlyPasswords`
 */
export async function hashPasswords<User extends WithPassword>(users: readonly User[]): Promise<User[]> {
  refuseCostlyPasswords(users);
  const hashed: User[] = [];
  for (const { password, ...user } of users) {
    if (password && !HASHED.test(password)) await setImmediate();
    hashed.push({ ...user, ...(password ? { password: hashPassword(password) } : {}) } as User);
  }
  return hashed;
}
