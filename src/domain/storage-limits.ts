import { LRUCache } from 'lru-cache';
import type { components } from '../../generated/image-builder.ts';
import { ServiceError } from '../lib/errors.ts';
import { isObject } from '../lib/json.ts';
import type { StorageUse } from '../db/queries/storage-use.ts';
import type { PolicyFile } from './policy-file.ts';

/** What an organization may store. */
export interface StorageLimits {
  readonly blueprints: number;
  /** Versions of one blueprint. */
  readonly versions: number;
  /** Bytes of blueprint versions and of large compose requests, as the database stores them. */
  readonly bytes: number;
}

/** A hundred times what the largest organizations store that work with the console. */
export const DEFAULT_LIMITS: StorageLimits = { blueprints: 10_000, versions: 10_000, bytes: 1024 ** 3 };

const NAMES = ['blueprints', 'versions', 'bytes'] as const satisfies readonly (keyof StorageLimits)[];

type Entries = ReadonlyMap<string, Partial<StorageLimits>>;

const parseEntry = (key: string, value: unknown): Partial<StorageLimits> => {
  if (!isObject(value)) throw new Error(`/${key}: must be an object from ${NAMES.join(', ')} to numbers`);
  for (const [name, limit] of Object.entries(value)) {
    if (!(NAMES as readonly string[]).includes(name))
      throw new Error(`/${key}/${name}: is none of ${NAMES.join(', ')}`);
    if (!Number.isSafeInteger(limit) || (limit as number) < 0)
      throw new Error(`/${key}/${name}: must be an integer from 0`);
  }
  return value;
};

/** Parses the file of storage limits: organization id, or `default` → limits. @throws Error naming the place */
export function parseStorageLimits(content: unknown): Entries {
  if (!isObject(content)) throw new Error('must be an object from organization id to limits');
  return new Map(Object.entries(content).map(([key, value]) => [key, parseEntry(key, value)]));
}

/** The storage of a response. */
export function toStorageResponse(limits: StorageLimits, use: StorageUse): components['schemas']['StorageQuota'] {
  return {
    blueprints: { limit: limits.blueprints, used: use.blueprints },
    bytes: { limit: limits.bytes, used: use.bytes },
    versions_per_blueprint: limits.versions,
  };
}

/** A limit that the organization has reached; the message names it and its use. */
class StorageLimitError extends ServiceError {
  constructor(detail: string) {
    super('forbidden', { detail, code: 'storage.limit_reached' });
  }
}

/** What a request adds. */
export interface Addition {
  readonly blueprints?: number;
  /** Number of the new version of a blueprint. */
  readonly version?: number;
  /** Approximately; only large additions need it. */
  readonly bytes?: number;
}

export interface Storage {
  readonly limitsOf: (orgId: string) => StorageLimits;
  /**
   * Counts an addition. Reads the use of the organization when it is not known, and again before it refuses.
   * @throws StorageLimitError
   */
  readonly refuseAboveLimit: (orgId: string, addition: Addition) => Promise<void>;
}

/** Organizations whose use is known, and milliseconds for which it is: other processes add to it, too. */
const MOST_KNOWN = 10_000;
const KNOWN_MS = 60_000;

const refusalOf = (limits: StorageLimits, use: StorageUse, { blueprints = 0, bytes = 0 }: Addition): string | null => {
  if (blueprints > 0 && use.blueprints + blueprints > limits.blueprints)
    return `Limit of ${limits.blueprints} blueprints reached for the organization: it has ${use.blueprints}`;
  if (use.bytes + bytes > limits.bytes)
    return `Limit of ${limits.bytes} stored bytes reached for the organization: it uses ${use.bytes}, and the request adds ${bytes}`;
  return null;
};

/** @param readUse reads the use of an organization @param file `null` for the default limits */
export function createStorage(
  file: PolicyFile<Entries> | null,
  readUse: (orgId: string) => Promise<StorageUse>,
): Storage {
  const known = new LRUCache<string, StorageUse>({ max: MOST_KNOWN, ttl: KNOWN_MS });
  const limitsOf = (orgId: string): StorageLimits => {
    const entries = file?.read();
    return { ...DEFAULT_LIMITS, ...entries?.get('default'), ...entries?.get(orgId) };
  };
  return {
    limitsOf,
    refuseAboveLimit: async (orgId, addition) => {
      const limits = file === null ? DEFAULT_LIMITS : limitsOf(orgId);
      const { version = 1, blueprints = 0, bytes = 0 } = addition;
      if (version > limits.versions)
        throw new StorageLimitError(
          `Limit of ${limits.versions} versions reached for the blueprint: it has ${version - 1}`,
        );
      let use = known.get(orgId);
      if (use === undefined || refusalOf(limits, use, addition) !== null) {
        use = await readUse(orgId);
        const refusal = refusalOf(limits, use, addition);
        if (refusal !== null) throw new StorageLimitError(refusal);
      }
      // A request that fails later counts until the use is read again.
      known.set(orgId, { blueprints: use.blueprints + blueprints, bytes: use.bytes + bytes });
    },
  };
}
