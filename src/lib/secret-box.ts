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
  /** Whether the current key encrypted the text. */
  readonly isCurrent: (encrypted: string) => boolean;
}

/** A key and the name under which encrypted texts refer to it. */
export interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

const KEY_NAME = /^[\w-]{1,64}$/;

const parseKey = (text: unknown): Buffer | null => {
  const key = Buffer.from(String(text), 'base64');
  return key.length === KEY_BYTES && key.toString('base64') === text ? key : null;
};

/**
 * Parses a key ring, `{"current": ID, "keys": {ID: 32 bytes in base64}}`.
 * @returns the keys, the current one first
 * @throws Error saying what is wrong, without a key
 */
export function parseKeyRing(text: string): readonly NamedKey[] {
  const { current, keys } = JSON.parse(text) as { readonly current?: unknown; readonly keys?: unknown };
  const named = Object.entries((keys ?? {}) as Readonly<Record<string, unknown>>).map(([id, value]) => {
    const key = parseKey(value);
    if (!KEY_NAME.test(id) || key === null) throw new Error('a key has another name or length than it may have');
    return { id, key };
  });
  const first = named.find(({ id }) => id === current);
  if (!first) throw new Error('`current` names no key');
  return [first, ...named.filter((key) => key !== first)];
}

/** Parses base64 keys separated by commas; `null` unless each has 32 bytes. */
export function parseKeys(list: string): readonly Buffer[] | null {
  const keys = list.split(',').map((text) => parseKey(text.trim()));
  return keys.every((key) => key !== null) ? keys : null;
}

/** Identifies a key without revealing it. */
const keyId = (key: Buffer): string => hash('sha256', key, 'hex').slice(0, 8);

/**
 * Creates a box. The first key encrypts, every key decrypts: a key is rotated by putting the new one in front.
 * @param keys a key without a name is known by a part of its hash
 * @throws Error without a key
 */
export function createSecretBox(keys: readonly (Buffer | NamedKey)[]): SecretBox {
  const named = keys.map((key) => (Buffer.isBuffer(key) ? { id: keyId(key), key } : key));
  const [current] = named;
  if (!current) throw new Error('a secret box needs a key');
  const first = current.key;
  const prefix = `1.${current.id}.`;
  const keysById = new Map(named.map(({ id, key }) => [id, key]));
  return {
    encrypt: (text, subject) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, first, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(subject));
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `${prefix}${Buffer.concat(parts).toString('base64url')}`;
    },
    decrypt: (encrypted, subject) => {
      const [version, id = '', content = ''] = encrypted.split('.');
      const key = keysById.get(id);
      const bytes = Buffer.from(content, 'base64url');
      if (version !== '1' || !key || bytes.length < NONCE_BYTES + TAG_BYTES)
        throw new DecryptionError(`no key decrypts the text: it needs the key ${JSON.stringify(id)}`);
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(subject))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
      } catch (error) {
        throw new DecryptionError('the encrypted text was changed, or has another subject', { cause: error });
      }
    },
    isCurrent: (encrypted) => encrypted.startsWith(prefix),
  };
}
