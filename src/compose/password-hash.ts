import { randomInt } from 'node:crypto';
import { encrypt } from 'unixcrypt';

const SALT_CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./';
const SALT_LENGTH = 16;
const HASHED = /^\$(?:6|5|2b)\$/;

const salt = (): string => {
  let text = '';
  for (let i = 0; i < SALT_LENGTH; i += 1) text += SALT_CHARACTERS[randomInt(SALT_CHARACTERS.length)];
  return text;
};

/** A password as it may be stored and sent: hashed by SHA-512 crypt(3), unless it is a hash already. */
export const hashPassword = (password: string): string =>
  HASHED.test(password) ? password : encrypt(password, `$6$${salt()}`);

interface WithPassword {
  readonly password?: string;
}

/** Users with hashed passwords; an empty password is none. */
export const hashPasswords = <User extends WithPassword>(users: readonly User[]): User[] =>
  users.map(
    ({ password, ...user }) => ({ ...user, ...(password ? { password: hashPassword(password) } : {}) }) as User,
  );
