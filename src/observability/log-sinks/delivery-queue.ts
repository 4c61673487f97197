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

const describeFailure = (error: unknown): string => {
  if (error instanceof DeliveryError) return error.message;
  const { code, name } = error as { code?: unknown; name?: unknown };
  const reason = code ?? name;
  return typeof reason === 'string' ? reason : 'unknown failure';
};

/** Lines in memory that wait for a batch. */
class LineBuffer {
  readonly #limits: QueueLimits;
  readonly #lines: QueuedLine[] = [];
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#lines.length;
  }

  sizeOf(line: QueuedLine): number {
    return line.bytes + this.#limits.overheadBytes;
  }

  hasRoomFor(line: QueuedLine): boolean {
    const { queuedLines, queuedBytes } = this.#limits;
    return this.length < queuedLines && this.#bytes + this.sizeOf(line) <= queuedBytes;
  }

  hasFullBatch(): boolean {
    return this.length >= this.#limits.batchLines || this.#bytes >= this.#limits.batchBytes;
  }

  push(line: QueuedLine): void {
    this.#lines.push(line);
    this.#bytes += this.sizeOf(line);
  }

  takeBatch(): QueuedLine[] {
    let [count, bytes] = [0, 0];
    for (const line of this.#lines) {
      bytes += this.sizeOf(line);
      if (count === this.#limits.batchLines || bytes > this.#limits.batchBytes) break;
      count += 1;
    }
    return this.#remove(count);
  }

  clear(): number {
    return this.#remove(this.length).length;
  }

  #remove(count: number): QueuedLine[] {
    const removed = this.#lines.splice(0, count);
    for (const line of removed) this.#bytes -= this.sizeOf(line);
    return removed;
  }
}

class BoundedDeliveryQueue implements DeliveryQueue {
  readonly #limits: QueueLimits;
  readonly #deliver: Deliver;
  readonly #dropped: DropListener;
  readonly #buffer: LineBuffer;
  readonly #stopPauses = new AbortController();
  readonly #stopDeliveries = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** Number of lines whose linger time is over. */
  #due = 0;
  #closing = false;

  constructor(limits: QueueLimits, deliver: Deliver, dropped: DropListener) {
    this.#limits = limits;
    this.#deliver = deliver;
    this.#dropped = dropped;
    this.#buffer = new LineBuffer(limits);
  }

  readonly write = (text: string): void => {
    const line = { text: text.trimEnd(), bytes: Buffer.byteLength(text), time: Date.now() };
    if (this.#closing) this.#dropped(1, 'stopped');
    else if (this.#buffer.sizeOf(line) > this.#limits.batchBytes) this.#dropped(1, 'line too long');
    else if (!this.#buffer.hasRoomFor(line)) this.#dropped(1, 'queue full');
    else {
      this.#buffer.push(line);
      this.#schedule();
    }
  };

  readonly close = async (bound: number): Promise<void> => {
    this.#closing = true;
    this.#stopPauses.abort();
    const expiry = setTimeout(() => this.#stopDeliveries.abort(), bound);
    try {
      this.#start();
      await this.#running;
    } finally {
      clearTimeout(expiry);
    }
  };

  /** Starts deliveries now, or once the linger time is over. */
  #schedule(): void {
    if (this.#running || this.#buffer.length === 0) return;
    if (this.#buffer.hasFullBatch()) {
      this.#start();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#due = this.#buffer.length;
      this.#start();
    }, this.#limits.linger).unref();
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
  }

  async #run(): Promise<void> {
    while (this.#buffer.length > 0 && (this.#due > 0 || this.#closing || this.#buffer.hasFullBatch())) {
      const batch = this.#buffer.takeBatch();
      this.#due = Math.max(0, this.#due - batch.length);
      await this.#send(batch);
    }
  }

  async #send(batch: readonly QueuedLine[]): Promise<void> {
    for (let attempts = 0; ; attempts += 1) {
      try {
        await this.#attempt(batch);
        return;
      } catch (error) {
        const wait = this.#limits.pauses[attempts];
        const retryable = !(error instanceof DeliveryError) || error.retryable;
        if (this.#closing || !retryable || wait === undefined) {
          this.#drop(batch, describeFailure(error));
          return;
        }
        await pause(wait, undefined, { signal: this.#stopPauses.signal, ref: false }).catch(() => {});
      }
    }
  }

  #drop(batch: readonly QueuedLine[], reason: string): void {
    this.#dropped(batch.length, reason);
    // Each of the other batches would fail like this one.
    if (this.#closing && this.#buffer.length > 0) this.#dropped(this.#buffer.clear(), reason);
  }

  async #attempt(batch: readonly QueuedLine[]): Promise<void> {
    const timeout = new AbortController();
    const expiry = setTimeout(() => timeout.abort(), this.#limits.timeout);
    const signal = AbortSignal.any([this.#stopDeliveries.signal, timeout.signal]);
    try {
      // Some clients ignore the signal in some phases.
      const rejected = await Promise.race([
        this.#deliver(batch, signal),
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new DeliveryError('no answer in time', true)), { once: true });
        }),
      ]);
      if (rejected > 0) this.#dropped(rejected, 'refused');
    } finally {
      clearTimeout(expiry);
    }
  }
}

/** Creates a bounded queue in front of a sink that may be slow, reject lines, or be unreachable. */
export function createDeliveryQueue(limits: QueueLimits, deliver: Deliver, dropped: DropListener): DeliveryQueue {
  return new BoundedDeliveryQueue(limits, deliver, dropped);
}
