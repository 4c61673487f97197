import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Build } from './builds.ts';

/** A clone of an image in another region. */
export interface Clone {
  readonly id: string;
  readonly created: number;
  readonly duration: number;
  readonly region: string;
}

/** The stored state of the sandbox. */
export interface SandboxState {
  readonly builds: Map<string, Build>;
  readonly clones: Map<string, Clone>;
  /** Writes the state to its file, if it has one. */
  readonly save: () => void;
}

/** Default limit of composes: every change rewrites the file. */
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
    // Invalid JSON is reported below, like any other invalid content.
  }
  throw new Error(`${file} holds no state of a sandbox: remove it, or name another file`);
};

/**
 * Opens the state in a file, or in memory only.
 * @param most composes that are stored at most
 * @throws Error when the file has other content
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
      // Renamed into place: a process that is killed while it writes leaves the old content.
      writeFileSync(`${file}.new`, JSON.stringify({ builds: [...builds.values()], clones: [...clones.values()] }));
      renameSync(`${file}.new`, file);
    },
  };
}
