import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** No key of the box decrypts the text: it has another key or subject, or was changed. */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
}

/** Encrypts secrets before they are stored. */
export interface SecretBox {
  /** @param subject id of the object that the text belongs to: only the same subject decrypts it */
  readonly encrypt: (text: string, subject: string) => string;
  /** @throws DecryptionError */
  readonly decrypt: (encrypted: string, subject: string) => string;
}

/** Parses base64 keys separated by commas; `null` unless each has 32 bytes. */
export function parseKeys(list: string): readonly Buffer[] | null {
  const texts = list.split(',').map((text) => text.trim());
  const keys = texts.map((text) => Buffer.from(text, 'base64'));
  const isKey = (key: Buffer, index: number): boolean =>
    key.length === KEY_BYTES && key.toString('base64') === texts[index];
  return keys.every(isKey) ? keys : null;
}

/** Identifies a key without revealing it. */
const keyId = (key: Buffer): string => hash('sha256', key, 'hex').slice(0, 8);

/**
 * Creates a box. The first key encrypts, every key decrypts: a key is rotated by putting the new one in front.
 * @throws Error without a key
 */
export function createSecretBox(keys: readonly Buffer[]): SecretBox {
  const [first] = keys;
  if (!first) throw new Error('a secret box needs a key');
  const keysById = new Map(keys.map((key) => [keyId(key), key]));
  return {
    encrypt: (text, subject) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, first, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(subject));
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `1.${keyId(first)}.${Buffer.concat(parts).toString('base64url')}`;
    },
    decrypt: (encrypted, subject) => {
      const [version, id = '', content = ''] = encrypted.split('.');
      const key = keysById.get(id);
      const bytes = Buffer.from(content, 'base64url');
      if (version !== '1' || !key || bytes.length < NONCE_BYTES + TAG_BYTES)
        throw new DecryptionError('no key decrypts the text');
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(subject))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
      } catch (error) {
        throw new DecryptionError('the encrypted text was changed, or has another subject', { cause: error });
      }
    },
  };
}
