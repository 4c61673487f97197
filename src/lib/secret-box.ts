import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A text that no key of the box opens: it was sealed with another one, for something else, or changed since. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** Keeps what has to be read again and must not be stored as it is. */
export interface SecretBox {
  /** @param subject what the text belongs to: it is opened for the same only */
  readonly seal: (text: string, subject: string) => string;
  /** @throws SealBroken */
  readonly open: (sealed: string, subject: string) => string;
}

/** Keys of a list, in base64 with commas between; `null` when one of them is none of 32 bytes. */
export function parseKeys(list: string): readonly Buffer[] | null {
  const texts = list.split(',').map((text) => text.trim());
  const keys = texts.map((text) => Buffer.from(text, 'base64'));
  const isKey = (key: Buffer, index: number): boolean =>
    key.length === KEY_BYTES && key.toString('base64') === texts[index];
  return keys.every(isKey) ? keys : null;
}

/** Tells which key a text was sealed with, and nothing of the key. */
const nameOf = (key: Buffer): string => hash('sha256', key, 'hex').slice(0, 8);

/**
 * A box with several keys: the first one seals, each of them opens what it has sealed. So a key is replaced by putting a new one
 * before it.
 */
export function createSecretBox(keys: readonly Buffer[]): SecretBox {
  const [first] = keys;
  if (!first) throw new Error('a box needs a key');
  const named = new Map(keys.map((key) => [nameOf(key), key]));
  return {
    seal: (text, subject) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, first, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(subject));
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `1.${nameOf(first)}.${Buffer.concat(parts).toString('base64url')}`;
    },
    open: (sealed, subject) => {
      const [version, name = '', content = ''] = sealed.split('.');
      const key = named.get(name);
      const bytes = Buffer.from(content, 'base64url');
      if (version !== '1' || !key || bytes.length < NONCE_BYTES + TAG_BYTES)
        throw new SealBroken('there is no key for it');
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(subject))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
      } catch (error) {
        throw new SealBroken('it is not what was sealed', { cause: error });
      }
    },
  };
}
