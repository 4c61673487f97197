// A control group with a limit of memory, as a container has it.
import { access, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface MemoryLimit extends AsyncDisposable {
  /** Directory of the control group. */
  readonly directory: string;
}

/** Where control groups are, and the file with their limit: version 2, and version 1. */
const HIERARCHIES = [
  { root: '/sys/fs/cgroup', limit: 'memory.max' },
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
] as const;

/**
 * Creates a control group.
 * @param bytes its limit of memory
 * @returns `null` where the machine does not permit that
 */
export async function limitMemory(bytes: number): Promise<MemoryLimit | null> {
  for (const { root, limit } of HIERARCHIES) {
    const directory = join(root, `image-builder-${process.pid}`);
    try {
      await mkdir(directory);
    } catch {
      continue;
    }
    try {
      await access(join(directory, limit));
      await writeFile(join(directory, limit), String(bytes));
      return { directory, [Symbol.asyncDispose]: () => rmdir(directory) };
    } catch {
      await rmdir(directory);
    }
  }
  return null;
}
