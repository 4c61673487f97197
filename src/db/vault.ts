// Encryption of stored secrets: each organization has a data key, which the key ring encrypts.
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { createDataKey, type DataKey } from '../lib/data-key.ts';
import { ServiceError } from '../lib/errors.ts';
import { hasSealed, hasSecret, isSealed, openJson, sealValue, type IsSecret } from '../lib/sealed-json.ts';
import { DecryptionError, type SecretBox } from '../lib/secret-box.ts';
import type { CommonQueryMethods } from './database.ts';
import type { MakeComposeTexts } from './queries/indexing.ts';
import { findWrappedKey, insertWrappedKey } from './queries/organization-keys.ts';

export interface VaultOptions {
  /** The key ring, `null` without one. */
  readonly box: SecretBox | null;
  /** Whether secrets of requests are encrypted, and not only those of webhooks. */
  readonly sealsRequests: boolean;
  readonly isSecret: IsSecret;
  /** Receives every failure to decrypt. */
  readonly onUnreadable: (error: DecryptionError, orgId: string) => void;
}

/** What clients see instead of a secret that cannot be decrypted, where the rest is still of use. */
export const UNREADABLE = '[cannot be decrypted]';

/** Organizations whose keys a process holds, and milliseconds for which it does not read them again. */
const MOST_KEYS = 10_000;
const KEY_TTL = 600_000;

/** What the queries need that store composes and blueprints. */
export interface StorageSupport {
  /** Makes the texts of a compose that are stored for responses. */
  readonly composeTexts: MakeComposeTexts;
  readonly vault: Vault;
}

/** Subject of the secrets of requests. Versions of a blueprint share it, since they are compared. */
const REQUEST = 'request';

const keySubject = (orgId: string): string => `organization ${orgId}`;

function unreadable(cause: unknown): ServiceError {
  const detail = 'a stored secret cannot be decrypted: the operator has to restore its encryption key';
  return new ServiceError('internal', { detail, code: 'secret.unreadable' }, { cause });
}

function nullIfUnreadable(error: unknown): null {
  if (error instanceof ServiceError) return null;
  throw error;
}

/** Encrypts what is stored, and decrypts what is read. Without a key it stores documents as they are, and opens nothing that is sealed. */
export class Vault {
  readonly #options: VaultOptions;
  readonly #keys = new LRUCache<string, DataKey>({ max: MOST_KEYS, ttl: KEY_TTL });
  constructor(options: VaultOptions) {
    this.#options = options;
  }

  /** Whether there is a key. */
  get canEncrypt(): boolean {
    return this.#options.box !== null;
  }
  get sealsRequests(): boolean {
    return this.#options.sealsRequests;
  }

  /** Creates the data key of an organization if it has none. Not within a transaction, which may be undone. */
  async prepare(db: CommonQueryMethods, orgId: string): Promise<void> {
    if (this.sealsRequests) await this.#keyOrNew(db, orgId);
  }

  /** Copies a document with its secrets sealed. Not within a transaction, unless the organization is prepared. */
  seal<T>(db: CommonQueryMethods, orgId: string, document: T): Promise<T> {
    const { isSecret } = this.#options;
    // A text that looks sealed is sealed as well: what is opened is what was sent.
    return this.#seal(db, orgId, document, (name, text) => isSecret(name, text) || isSealed(text));
  }

  /** `seal` for a stored document, some of whose secrets are sealed. */
  sealRest<T>(db: CommonQueryMethods, orgId: string, document: T): Promise<T> {
    const { isSecret } = this.#options;
    return this.#seal(db, orgId, document, (name, text) => isSecret(name, text) && !isSealed(text));
  }

  async #seal<T>(db: CommonQueryMethods, orgId: string, document: T, isSealable: IsSecret): Promise<T> {
    if (!this.sealsRequests || !hasSecret(document, isSealable)) return document;
    const key = await this.#keyOrNew(db, orgId);
    return sealValue(document, isSealable, (text) => key.seal(text, REQUEST)) as T;
  }

  /** Opens the sealed values of JSON text. @throws ServiceError `internal` when a secret cannot be decrypted */
  async open(db: CommonQueryMethods, orgId: string, json: string): Promise<string> {
    if (!hasSealed(json)) return json;
    const open = await this.#openText(db, orgId);
    return this.#report(orgId, () => openJson(json, open));
  }

  /** As `open`, for reads that show `UNREADABLE` instead. */
  async openReadable(db: CommonQueryMethods, orgId: string, json: string): Promise<string> {
    return hasSealed(json) ? (await this.readableOpener(db, orgId))(json) : json;
  }

  /** A function that does the same to several texts with sealed values. */
  async readableOpener(db: CommonQueryMethods, orgId: string): Promise<(json: string) => string> {
    const open = await this.#openText(db, orgId);
    const openOrNothing = (sealed: string): string => {
      try {
        return this.#report(orgId, () => open(sealed));
      } catch {
        return UNREADABLE;
      }
    };
    return (json) => openJson(json, openOrNothing);
  }

  /** Encrypts a text. @param subject id of the object that it belongs to */
  async encrypt(db: CommonQueryMethods, orgId: string, subject: string, text: string): Promise<string> {
    return (await this.#keyOrNew(db, orgId)).seal(text, subject);
  }

  /** Decrypts a text, also one that was encrypted without a data key. @throws ServiceError `internal` */
  async decrypt(db: CommonQueryMethods, orgId: string, subject: string, stored: string): Promise<string> {
    if (!isSealed(stored)) return this.#report(orgId, () => this.#box().decrypt(stored, subject));
    const key = await this.#find(db, orgId).catch((error: unknown) => this.#refuse(orgId, error));
    return this.#report(orgId, () => this.#existing(key).open(stored, subject));
  }

  /** Encrypts an encrypted text with the data key; `null` where it is, or where it cannot be decrypted. */
  async reseal(db: CommonQueryMethods, orgId: string, subject: string, stored: string): Promise<string | null> {
    if (isSealed(stored)) return null;
    const text = await this.decrypt(db, orgId, subject, stored).catch(nullIfUnreadable);
    return text === null ? null : this.encrypt(db, orgId, subject, text);
  }

  /** Encrypts an encrypted data key with the current key; `null` where it is, or where it cannot be decrypted. */
  rewrap(orgId: string, wrapped: string): string | null {
    const box = this.#box();
    if (box.isCurrent(wrapped)) return null;
    try {
      return box.encrypt(
        this.#report(orgId, () => box.decrypt(wrapped, keySubject(orgId))),
        keySubject(orgId),
      );
    } catch (error) {
      return nullIfUnreadable(error);
    }
  }

  /** A function that opens a text, and throws DecryptionError. Rejects only when the database fails. */
  async #openText(db: CommonQueryMethods, orgId: string): Promise<(sealed: string) => string> {
    try {
      const key = await this.#find(db, orgId);
      return (sealed) => this.#existing(key).open(sealed, REQUEST);
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      return () => {
        throw error;
      };
    }
  }

  #box(): SecretBox {
    if (this.#options.box === null) throw new DecryptionError('there is no key: ENCRYPTION_KEYS_FILE is not set');
    return this.#options.box;
  }

  #existing(key: DataKey | null): DataKey {
    if (key === null) throw new DecryptionError('the organization has no data key');
    return key;
  }

  /** Finds the data key of an organization. @throws DecryptionError */
  async #find(db: CommonQueryMethods, orgId: string): Promise<DataKey | null> {
    const known = this.#keys.get(orgId);
    if (known) return known;
    const wrapped = await findWrappedKey(db, orgId);
    if (wrapped === null) return null;
    const key = createDataKey(Buffer.from(this.#box().decrypt(wrapped, keySubject(orgId)), 'base64'));
    this.#keys.set(orgId, key);
    return key;
  }

  async #keyOrNew(db: CommonQueryMethods, orgId: string): Promise<DataKey> {
    try {
      const known = await this.#find(db, orgId);
      if (known) return known;
      const wrapped = this.#box().encrypt(randomBytes(32).toString('base64'), keySubject(orgId));
      await insertWrappedKey(db, { org_id: orgId, wrapped_key: wrapped });
      // Another process may have been first.
      return this.#existing(await this.#find(db, orgId));
    } catch (error) {
      return this.#refuse(orgId, error);
    }
  }

  /** @throws ServiceError for a DecryptionError, other errors as they are */
  #refuse(orgId: string, error: unknown): never {
    if (!(error instanceof DecryptionError)) throw error;
    this.#options.onUnreadable(error, orgId);
    throw unreadable(error);
  }

  #report<Result>(orgId: string, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      return this.#refuse(orgId, error);
    }
  }
}

/** A vault without a key. */
export const NO_VAULT = new Vault({
  ...{ box: null, sealsRequests: false, isSecret: () => false, onUnreadable: () => {} },
});
