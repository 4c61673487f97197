import { setTimeout as pause } from 'node:timers/promises';

export interface QueuedLine {
  readonly text: string;
  readonly bytes: number;
  readonly time: number;
}

/** Why lines were not delivered: a status or an error code, without secrets. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly retryable: boolean;
  constructor(reason: string, retryable: boolean, options?: ErrorOptions) {
    super(reason, options);
    this.retryable = retryable;
  }
}

export function statusError(status: number): DeliveryError {
  return new DeliveryError(`HTTP ${status}`, status >= 500 || status === 408 || status === 429);
}

/**
 * Delivers lines in order; returns how many of them the sink rejected.
 * @throws DeliveryError, or any other error for a failure to retry
 */
export type Deliver = (lines: readonly QueuedLine[], signal: AbortSignal) => Promise<number>;

export interface QueueLimits {
  /** Limit of queued lines; further lines are dropped. */
  readonly queuedLines: number;
  readonly queuedBytes: number;
  /** Limits of a batch. A longer line is dropped. */
  readonly batchLines: number;
  readonly batchBytes: number;
  /** Bytes that the sink adds to each line. */
  readonly overheadBytes: number;
  /** Milliseconds that a line waits for a batch. */
  readonly linger: number;
  /** Milliseconds of one delivery. */
  readonly timeout: number;
  /** Milliseconds between attempts; there is one attempt more than there are pauses. */
  readonly pauses: readonly number[];
}

export const DEFAULT_LIMITS: QueueLimits = {
  queuedLines: 4096,
  queuedBytes: 8 * 1024 * 1024,
  batchLines: 4096,
  batchBytes: 1_000_000,
  overheadBytes: 0,
  linger: 5_000,
  timeout: 10_000,
  pauses: [300, 600, 1_200, 2_400, 3_000],
};

export type DropListener = (lines: number, reason: string) => void;

export interface DeliveryQueue {
  /** Queues a line. Never waits and never throws: a line that does not fit is dropped. */
  readonly write: (line: string) => void;
  /** Delivers queued lines for at most `bound` milliseconds, without retries, and drops the rest. */
  readonly close: (bound: number) => Promise<void>;
}

const reasonOf = (error: unknown): string => {
  if (error instanceof DeliveryError) return error.message;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'unknown failure');
};

/** Creates a bounded queue in front of a sink that may be slow, reject lines, or be unreachable. */
export function createDeliveryQueue(limits: QueueLimits, deliver: Deliver, dropped: DropListener): DeliveryQueue {
  const queue: QueuedLine[] = [];
  let queuedBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  /** Number of lines whose linger time is over. */
  let due = 0;
  let closing = false;
  const [hurry, aborted] = [new AbortController(), new AbortController()];

  const sizeOf = (line: QueuedLine): number => line.bytes + limits.overheadBytes;
  const isFull = (): boolean => queue.length >= limits.batchLines || queuedBytes >= limits.batchBytes;

  const takeBatch = (): QueuedLine[] => {
    let [count, bytes] = [0, 0];
    for (const line of queue) {
      bytes += sizeOf(line);
      if (count === limits.batchLines || bytes > limits.batchBytes) break;
      count += 1;
    }
    const batch = queue.splice(0, count);
    for (const line of batch) queuedBytes -= sizeOf(line);
    due = Math.max(0, due - count);
    return batch;
  };

  const attempt = async (batch: readonly QueuedLine[]): Promise<void> => {
    const timeout = new AbortController();
    const expiry = setTimeout(() => timeout.abort(), limits.timeout);
    const signal = AbortSignal.any([aborted.signal, timeout.signal]);
    try {
      // Some clients ignore the signal in some phases.
      const refused = await Promise.race([
        deliver(batch, signal),
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new DeliveryError('no answer in time', true)), {
            once: true,
          });
        }),
      ]);
      if (refused > 0) dropped(refused, 'refused');
    } finally {
      clearTimeout(expiry);
    }
  };

  const send = async (batch: readonly QueuedLine[]): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt(batch);
      } catch (error) {
        const wait = limits.pauses[tries];
        const retryable = !(error instanceof DeliveryError) || error.retryable;
        if (closing || !retryable || wait === undefined) {
          dropped(batch.length, reasonOf(error));
          // Each of the other batches would fail like this one.
          if (closing && queue.length > 0) dropped(queue.splice(0).length, reasonOf(error));
          return;
        }
        await pause(wait, undefined, { signal: hurry.signal, ref: false }).catch(() => {});
      }
    }
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0 && (due > 0 || closing || isFull())) await send(takeBatch());
  };

  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    running ??= run().finally(() => {
      running = undefined;
      wake();
    });
  };

  const wake = (): void => {
    if (running || queue.length === 0) return;
    if (isFull()) return start();
    timer ??= setTimeout(() => {
      due = queue.length;
      start();
    }, limits.linger).unref();
  };

  return {
    write: (text) => {
      const line = { text: text.trimEnd(), bytes: Buffer.byteLength(text), time: Date.now() };
      if (closing) return dropped(1, 'stopped');
      if (sizeOf(line) > limits.batchBytes) return dropped(1, 'line too long');
      if (queue.length >= limits.queuedLines || queuedBytes + sizeOf(line) > limits.queuedBytes) {
        return dropped(1, 'queue full');
      }
      queue.push(line);
      queuedBytes += sizeOf(line);
      wake();
    },
    close: async (bound) => {
      closing = true;
      hurry.abort();
      const expiry = setTimeout(() => aborted.abort(), bound);
      try {
        start();
        await running;
      } finally {
        clearTimeout(expiry);
      }
    },
  };
}
