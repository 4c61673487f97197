import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Build } from './builds.ts';

/** A copy of a finished image to another region. */
export interface Clone {
  readonly id: string;
  readonly created: number;
  readonly duration: number;
  readonly region: string;
}

/** What the sandbox remembers. */
export interface SandboxState {
  readonly builds: Map<string, Build>;
  readonly clones: Map<string, Clone>;
  /** Writes it down, where there is a file for it. */
  readonly save: () => void;
}

/** Older builds are forgotten, as long as nobody says otherwise: the file is rewritten at every change. */
const KEPT_BUILDS = 1_000;

interface Stored {
  readonly builds: readonly Build[];
  readonly clones: readonly Clone[];
}

const read = (file: string): Stored => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { builds: [], clones: [] };
    throw error;
  }
  try {
    const { builds, clones } = JSON.parse(text) as Partial<Stored>;
    if (Array.isArray(builds) && Array.isArray(clones)) return { builds, clones };
  } catch {
    // Told below, like every other content that is none.
  }
  throw new Error(`${file} holds no state of a sandbox: remove it, or name another file`);
};

/**
 * The state in a file, or in memory only.
 * @param most builds that are kept
 * @throws Error when the file holds something else
 */
export function openState(file: string | null, most = KEPT_BUILDS): SandboxState {
  const stored = file === null ? { builds: [], clones: [] } : read(file);
  const builds = new Map(stored.builds.map((build) => [build.id, build]));
  const clones = new Map(stored.clones.map((clone) => [clone.id, clone]));
  return {
    builds,
    clones,
    save: () => {
      for (const id of builds.keys()) {
        if (builds.size <= most) break;
        builds.delete(id);
      }
      if (file === null) return;
      // Renamed into place: a process that is killed meanwhile leaves the old content.
      writeFileSync(`${file}.new`, JSON.stringify({ builds: [...builds.values()], clones: [...clones.values()] }));
      renameSync(`${file}.new`, file);
    },
  };
}
