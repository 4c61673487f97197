import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Fields of /proc/PID/stat after the name, which may contain parentheses; `null` without such a process. */
const statOf = (pid: number): readonly string[] | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // Not Linux, or no such process.
    return null;
  }
};

/** Whether a process runs, be it ours or not. One that has ended, and whose parent has not heard of it yet, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statOf(pid)?.[0] !== 'Z';
}

/**
 * Start time of a process, as text of the system: it distinguishes the process from a later one with the same number.
 * Empty where the process has ended, or the system does not report it.
 */
const startOf = (pid: number): string => {
  const stat = statOf(pid);
  if (stat) return stat[19] ?? '';
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
};

/** The command line of a process, `null` where the system does not report it. */
export function commandOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // Not Linux, or no such process.
  }
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'args='], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

/** Another process holds the lock. */
export class LockHeldError extends Error {
  readonly pid: number;
  constructor(pid: number) {
    super(`process ${pid} holds the lock`);
    this.pid = pid;
  }
}

const holderOf = (file: string): number | null => {
  const [pid, start] = readFileSync(file, 'utf8').trim().split(/ (.*)/s);
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0 || !isAlive(number)) return null;
  return (start ?? '') === startOf(number) ? number : null;
};

/**
 * Takes a lock that ends with this process, however that ends: a file with its number and start.
 * @returns what gives the lock back
 * @throws LockHeldError naming the process that has it
 */
export function takeLock(file: string): () => void {
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}\n`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder !== null) throw new LockHeldError(holder);
    rmSync(file, { force: true });
  }
}
