import { randomInt } from 'node:crypto';
import { encrypt } from 'unixcrypt';

const SALT_CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./';
const SALT_LENGTH = 16;
const HASHED = /^\$(?:6|5|2b)\$/;

const salt = (): string => {
  let text = '';
  for (let i = 0; i < SALT_LENGTH; i += 1) text += SALT_CHARACTERS.charAt(randomInt(SALT_CHARACTERS.length));
  return text;
};

/** Whether a password is a hash already: it stays as it is. */
export function isHashed(password: string): boolean {
  return HASHED.test(password);
}

/** Hashes a password with SHA-512 crypt(3), unless it is a hash already. Takes more than 20 ms: for worker threads. */
export function hashPassword(password: string): string {
  return isHashed(password) ? password : encrypt(password, `$6$${salt()}`);
}
