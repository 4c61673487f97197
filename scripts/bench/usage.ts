import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Memory of a process in bytes. */
export interface Memory {
  readonly resident: number;
  /** The most it ever was. */
  readonly peak: number;
}

/** Units of processor time in a second: Linux reports times to programs in hundredths. */
const TICKS_PER_SECOND = 100;

/** What is read from /proc/PID/stat. */
export interface ProcessStat {
  readonly parent: number;
  /** Seconds of the process and of those that it started and that ended. */
  readonly processorTime: number;
}

/** @param stat content of /proc/PID/stat, whose second field may hold anything, parentheses included */
export function parseStat(stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), processorTime: ticks / TICKS_PER_SECOND };
}

/** @param status content of /proc/PID/status */
export function parseMemory(status: string): Memory {
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { resident: bytes('VmRSS'), peak: bytes('VmHWM') };
}

/** Stat of every process; one that ends meanwhile is left out. */
const allProcesses = (): ReadonlyMap<number, ProcessStat> =>
  new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name): [number, ProcessStat][] => {
        try {
          return [[Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'))]];
        } catch {
          return [];
        }
      }),
  );

/** A process and everything it started that still runs. */
export function familyOf(pid: number, processes: ReadonlyMap<number, ProcessStat>): readonly number[] {
  return [
    pid,
    ...[...processes].filter(([, { parent }]) => parent === pid).flatMap(([child]) => familyOf(child, processes)),
  ];
}

/** Processor time in seconds of a process and everything it started, `null` where the system does not report it. */
export function processorTimeOf(pid: number): number | null {
  if (!existsSync(`/proc/${pid}/stat`)) return null;
  const processes = allProcesses();
  return familyOf(pid, processes).reduce((sum, member) => sum + (processes.get(member)?.processorTime ?? 0), 0);
}

/** Memory of a process and everything it started, `null` where the system does not report it. */
export function memoryOf(pid: number): Memory | null {
  if (!existsSync(`/proc/${pid}/status`)) return null;
  return familyOf(pid, allProcesses())
    .map((member) => parseMemory(readFileSync(`/proc/${member}/status`, 'utf8')))
    .reduce((a, b) => ({ resident: a.resident + b.resident, peak: a.peak + b.peak }));
}
