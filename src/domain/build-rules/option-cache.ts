import { LRUCache } from 'lru-cache';
import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import type { ComposerOperations } from '../../upstream/operations.ts';
import { indexOptions, type DistributionOptions } from './type-options.ts';

/** What image types take, by composer's name of the distribution. */
export interface ImageTypeOptions {
  /** The copy at hand, `null` without one. An old copy is used while the service calls composer in the background. */
  readonly known: (distribution: string, call: CallContext) => DistributionOptions | null;
  /** As `known`, but waits for composer when there is no copy. `null` when composer does not answer. */
  readonly read: (distribution: string, call: CallContext) => Promise<DistributionOptions | null>;
}

interface Copy {
  readonly options: DistributionOptions | null;
}

const NONE: Copy = { options: null };

/** Distributions in the cache. */
const MAX_DISTRIBUTIONS = 200;

/** Milliseconds after which the service calls composer again when composer did not answer. */
const RETRY = 60_000;

const UNUSED: ImageTypeOptions = { known: () => null, read: () => Promise.resolve(null) };

/** @throws any error of the call, and of an answer that cannot be used */
const fetchOptions = async (
  composer: ComposerOperations,
  distribution: string,
  call: CallContext,
): Promise<DistributionOptions> => {
  const response = await composer.getDistribution({ path: { distro: distribution } }, serviceCall(call));
  const details = response.json(200);
  if (details === undefined) throw new Error(`composer answered ${response.status}`);
  return indexOptions(details);
};

/**
 * Caches what composer reports about image types.
 * @param ttl milliseconds for which a copy is used before it is read again; 0: composer is not asked
 * @param now the time, in milliseconds
 */
export function createImageTypeOptions(
  composer: ComposerOperations,
  ttl: number,
  now: () => number = () => performance.now(),
): ImageTypeOptions {
  if (ttl === 0) return UNUSED;
  const cache = new LRUCache<string, Copy, CallContext>({
    ...{ max: MAX_DISTRIBUTIONS, ttl, allowStale: true, noDeleteOnStaleGet: true },
    ...{ perf: { now }, ttlResolution: 0 },
    fetchMethod: async (distribution, stale, { options, context: call }) => {
      try {
        return { options: await fetchOptions(composer, distribution, call) };
      } catch (error) {
        call.log.warn(
          { event: 'composer.options_unavailable', err: error, distribution },
          'composer does not report what image types take',
        );
        options.ttl = Math.min(ttl, RETRY);
        return stale ?? NONE;
      }
    },
  });
  return {
    known: (distribution, call) => {
      const copy = cache.get(distribution);
      void cache.fetch(distribution, { context: call });
      return copy?.options ?? null;
    },
    read: async (distribution, call) => (await cache.fetch(distribution, { context: call }))?.options ?? null,
  };
}
