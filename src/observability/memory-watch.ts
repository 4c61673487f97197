import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Logger } from './logger.ts';

/** A limit of memory, and what the process uses of it, in bytes. */
export interface MemoryUse {
  readonly limit: number;
  readonly used: number;
}

/** By its kind: the heap of JavaScript, and the memory of the container where it has a limit. */
export type ReadMemory = () => Readonly<Record<'heap' | 'container', MemoryUse | null>>;

/** Milliseconds between two samples. */
const INTERVAL = 1_000;

/** Parts of a limit. Two samples from the first one on are logged; samples below the second one start anew. */
const NEAR = 0.9;
const FREED = 0.8;
const SAMPLES = 2;

/** The memory that the container may use, in bytes; `null` without a limit. */
export function containerLimit(): number | null {
  const constrained = process.constrainedMemory();
  // Without a limit the number is 0, or larger than the machine.
  return constrained > 0 && constrained < totalmem() ? constrained : null;
}

/** @param processes that share the limit of the container */
function createReader(processes: number): ReadMemory {
  const total = containerLimit();
  const limit = total === null ? null : total / processes;
  return () => {
    const { used_heap_size: used, heap_size_limit: heapLimit } = getHeapStatistics();
    return {
      heap: { limit: heapLimit, used },
      container: limit === null ? null : { limit, used: process.memoryUsage.rss() },
    };
  };
}

/**
 * Logs that memory is nearly used up, once until it is freed: the system or V8 end a process without memory at once, and nothing can
 * be logged then.
 * @param processes that share the memory of the container
 */
export function watchMemory(
  log: Pick<Logger, 'error'>,
  processes: number,
  read: ReadMemory = createReader(processes),
): { readonly sample: () => void } & Disposable {
  const above = { heap: 0, container: 0 };

  const sample = (): void => {
    for (const [kind, use] of Object.entries(read()) as ['heap' | 'container', MemoryUse | null][]) {
      if (use === null) continue;
      const part = use.used / use.limit;
      if (part < FREED) above[kind] = 0;
      if (part < NEAR) continue;
      above[kind] += 1;
      if (above[kind] !== SAMPLES) continue;
      log.error(
        { event: 'process.memory_short', kind, used_bytes: use.used, limit_bytes: Math.trunc(use.limit) },
        'the memory is nearly used up: the process may end soon',
      );
    }
  };

  const timer = setInterval(sample, INTERVAL).unref();
  return { sample, [Symbol.dispose]: () => clearInterval(timer) };
}
