import { createCipheriv, createDecipheriv, createHmac, hash } from 'node:crypto';
import { SEALED_MARK } from './sealed-json.ts';
import { DecryptionError } from './secret-box.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key of one organization. */
export interface DataKey {
  /** Part of the hash of the key: sealed texts name their key by it. */
  readonly id: string;
  /**
   * Encrypts a text. The same text of the same subject has the same result, so that versions can be compared.
   * @param subject what the text belongs to: only the same subject opens it
   */
  readonly seal: (text: string, subject: string) => string;
  /** @throws DecryptionError */
  readonly open: (sealed: string, subject: string) => string;
}

/** @param key 32 random bytes */
export function createDataKey(key: Buffer): DataKey {
  const id = hash('sha256', key, 'hex').slice(0, 8);
  const nonceKey = createHmac('sha256', key).update('nonce').digest();
  // A nonce that depends on all of the text repeats for the same text only, which has the same result then.
  const nonceOf = (text: string, subject: string): Buffer =>
    createHmac('sha256', nonceKey)
      .update(`${Buffer.byteLength(subject)} ${subject}`)
      .update(text)
      .digest()
      .subarray(0, NONCE_BYTES);
  return {
    id,
    seal: (text, subject) => {
      const nonce = nonceOf(text, subject);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(subject));
      const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${SEALED_MARK}${id}.${bytes.toString('base64url')}`;
    },
    open: (sealed, subject) => {
      const [, keyId, content = ''] = sealed.split('.');
      if (keyId !== id) throw new DecryptionError(`the text needs the data key ${JSON.stringify(keyId)}`);
      const bytes = Buffer.from(content, 'base64url');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(subject))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
        return text.toString();
      } catch (error) {
        throw new DecryptionError('the sealed text was changed, or has another subject', { cause: error });
      }
    },
  };
}
