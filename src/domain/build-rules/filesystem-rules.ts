import { mountpointFault } from './mountpoint.ts';
import { duplicates, select, type Rule } from './rule.ts';

/** Composer counts bytes in 64 bits, and partitioning tools with a sign. */
const MAX_BYTES = 2n ** 63n;

const MOUNTPOINT: Rule = {
  ...{ title: 'mount point', kind: 'error', about: ['filesystem'] },
  find: ({ customizations }) =>
    select(customizations, 'filesystem/#/mountpoint').flatMap(({ pointer, value }) => {
      const fault = mountpointFault(String(value));
      return fault ? [{ pointer, ...fault }] : [];
    }),
};

const SIZE: Rule = {
  ...{ title: 'size', kind: 'error', about: ['filesystem'] },
  find: ({ customizations }) =>
    select(customizations, 'filesystem/#/min_size').flatMap(({ pointer, value }) =>
      // Stored sizes beyond 2^53 are raw JSON.
      BigInt(JSON.stringify(value ?? 0)) >= MAX_BYTES
        ? [{ pointer, value: JSON.stringify(value), says: 'is too large', takes: 'less than 8 EiB' }]
        : [],
    ),
};

const DUPLICATES: Rule = {
  ...{ title: 'duplicate mount point', kind: 'warning', about: ['filesystem'] },
  find: ({ customizations }) =>
    duplicates(select(customizations, 'filesystem/#/mountpoint')).map(({ pointer, value }) => ({
      ...{ pointer, value: String(value), says: 'is given twice: the larger size counts' },
    })),
};

/** File systems with their sizes, wherever they are mounted. */
export const FILESYSTEM_SIZE_RULES: readonly Rule[] = [SIZE, DUPLICATES];

/** File systems with their sizes. */
export const FILESYSTEM_RULES: readonly Rule[] = [MOUNTPOINT, ...FILESYSTEM_SIZE_RULES];
