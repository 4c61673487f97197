import type { Architecture } from '../directory.ts';
import type { ModuleFilter } from './modules.ts';
import { readPrimary } from './primary.ts';
import { compareEvr, type Evr } from './version.ts';
import { detached } from './xml.ts';

/** A package as lists have it. */
export interface ListedPackage {
  readonly name: string;
  readonly summary: string;
}

/** Architectures of packages that a system of an architecture takes; of equal versions the first one is listed. */
const TAKEN: Readonly<Record<Architecture, readonly string[]>> = {
  x86_64: ['x86_64', 'noarch', 'amd64', 'ia32e', 'i686', 'i586', 'i486', 'i386', 'athlon'],
  aarch64: ['aarch64', 'noarch'],
};

/** The newest package of a name so far. One exists for every name of a repository, so it is small. */
interface Candidate {
  /** `epoch:version-release` */
  readonly evr: string;
  readonly rank: number;
  readonly summary: string;
}

const evrText = ({ epoch, version, release }: Evr): string => `${epoch}:${version}-${release}`;

/** What `evrText` made a text of: neither part has the character behind it. */
const parseEvr = (text: string): Evr => {
  const colon = text.indexOf(':');
  const dash = text.lastIndexOf('-');
  return { epoch: text.slice(0, colon), version: text.slice(colon + 1, dash), release: text.slice(dash + 1) };
};

/**
 * Reads a list of packages, and returns the newest package of each name that a system can install.
 * @param filter what modules leave of them; `null` where there are none
 * @throws Error when the document is malformed
 */
export async function collectPackages(
  primary: AsyncIterable<Uint8Array>,
  architecture: Architecture,
  filter: ModuleFilter | null,
): Promise<ListedPackage[]> {
  const newest = new Map<string, Candidate>();
  const taken = TAKEN[architecture];
  await readPrimary(
    primary,
    ({ name, arch, evr, summary, provides }) => {
      const rank = taken.indexOf(arch);
      if (rank < 0) return;
      const text = evrText(evr);
      if (filter !== null && !filter.admits({ name, nevra: `${name}-${text}.${arch}`, provides })) return;
      const known = newest.get(name);
      const order = known === undefined ? 1 : compareEvr(evr, parseEvr(known.evr)) || known.rank - rank;
      if (order <= 0) return;
      newest.set(known === undefined ? detached(name) : name, {
        evr: detached(text),
        rank,
        summary: detached(summary.replaceAll(/\s+/g, ' ').trim()),
      });
    },
    { provides: filter !== null },
  );
  return [...newest].map(([name, { summary }]) => ({ name, summary }));
}
