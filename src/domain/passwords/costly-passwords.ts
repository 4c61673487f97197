import { invalid } from '../../lib/errors.ts';
import { isHashed } from './password-hash.ts';

export interface WithPassword {
  readonly password?: string | undefined;
}

/** The limit of crypt(3), in bytes. Longer passwords are slow to hash. */
const MAX_PASSWORD_BYTES = 511;

/** Per request. Each takes a thread for more than 20 ms. */
const MAX_HASHED = 100;

/** @throws ServiceError `invalid` for passwords that would take too long to hash */
export function refuseCostlyPasswords(users: readonly WithPassword[]): void {
  let count = 0;
  for (const [index, { password }] of users.entries()) {
    if (!password || isHashed(password)) continue;
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
      throw invalid({
        detail: `customizations.users[${index}].password must not be longer than ${MAX_PASSWORD_BYTES} bytes`,
        code: 'body.invalid',
        ...{ pointer: `/customizations/users/${index}/password`, takes: `up to ${MAX_PASSWORD_BYTES} bytes` },
      });
    }
    count += 1;
    if (count > MAX_HASHED) {
      throw invalid({
        detail: `customizations.users must not have more than ${MAX_HASHED} passwords in clear text; crypt hashes are not counted`,
        code: 'body.invalid',
        ...{ pointer: '/customizations/users', takes: `up to ${MAX_HASHED} passwords in clear text` },
      });
    }
  }
}
