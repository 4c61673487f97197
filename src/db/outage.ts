import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../lib/database-unavailable-error.ts';

/**
 * Milliseconds without any response, while there are calls, after which a probe decides whether there is an outage. They double while
 * probes succeed: a statement takes long then.
 */
const SILENCE = { shortest: 150, longest: 5_000 };

/** Milliseconds between two probes of the database during an outage. */
const PROBE_INTERVAL = 250;

/** Fails a call that has no response yet. */
export type FailCall = (error: DatabaseUnavailableError) => void;

export interface OutageParts {
  /** Called when an outage begins, and when it ends. */
  readonly onBegin: (cause: unknown) => void;
  readonly onEnd: () => void;
  /** Rejects while the database does not respond. */
  readonly probe: () => Promise<void>;
  /** Milliseconds from which on a failure is slow. */
  readonly timeout: number;
  /** Waits until the next probe during an outage, and until calls without response are suspicious. */
  readonly pause?: () => Promise<void>;
  readonly silence?: (milliseconds: number) => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/**
 * Whether the database responds, as the calls of a pool find. Where failures are slow, calls fail at once during an outage: probes find
 * its end, so no caller waits for that. A server that refuses connections fails calls at once anyway, and serves the first one after it
 * has started.
 */
export class Outage {
  readonly #parts: Required<OutageParts>;
  #begunAt: number | null = null;
  #cause: unknown = null;
  #isSlow = false;
  #lastResponse = -Infinity;
  #isClosed = false;
  #isWatching = false;
  readonly #calls = new Set<FailCall>();

  constructor(parts: OutageParts) {
    const pause = (): Promise<void> => wait(PROBE_INTERVAL, undefined, { ref: false });
    const silence = (milliseconds: number): Promise<void> => wait(milliseconds, undefined, { ref: false });
    this.#parts = { pause, silence, now: () => performance.now(), ...parts };
  }

  /** Watches a call until `remove`: an outage that begins meanwhile fails it. */
  add(fail: FailCall): void {
    this.#calls.add(fail);
    if (this.#isWatching) return;
    this.#isWatching = true;
    void this.#watch();
  }

  remove(fail: FailCall): void {
    this.#calls.delete(fail);
  }

  /** The error of a call that must not be made now, `null` for one that may. */
  refusal(): DatabaseUnavailableError | null {
    return this.#isSlow ? new DatabaseUnavailableError('unreachable', this.#cause) : null;
  }

  /** The database has responded, be it with an error. */
  responded(): void {
    const { now, onEnd } = this.#parts;
    this.#lastResponse = now();
    if (this.#begunAt === null) return;
    this.#begunAt = null;
    this.#cause = null;
    this.#isSlow = false;
    onEnd();
  }

  /** A call had no response. That is an outage unless the database has responded to another one since. */
  failed(cause: unknown, calledAt: number): void {
    const { now, onBegin, timeout } = this.#parts;
    if (this.#lastResponse >= calledAt || this.#isClosed) return;
    this.#isSlow ||= now() - calledAt >= timeout;
    if (this.#begunAt !== null) return;
    this.#cause = cause;
    this.#begunAt = now();
    onBegin(cause);
    for (const fail of this.#calls) fail(new DatabaseUnavailableError('unreachable', cause));
    void this.#probeUntilResponse(this.#begunAt);
  }

  /** Ends the probes. */
  close(): void {
    this.#isClosed = true;
  }

  /** Probes the database whenever calls have had no response for a while. */
  async #watch(): Promise<void> {
    const { now, silence, probe } = this.#parts;
    let quiet = SILENCE.shortest;
    while (this.#calls.size > 0 && !this.#isClosed) {
      const since = now();
      await silence(quiet);
      quiet = SILENCE.shortest;
      if (this.#calls.size === 0 || this.#lastResponse >= since || this.#begunAt !== null) continue;
      try {
        await probe();
        quiet = Math.min(2 * (now() - since), SILENCE.longest);
      } catch (error) {
        this.failed(error, since);
      }
    }
    this.#isWatching = false;
  }

  async #probeUntilResponse(begunAt: number): Promise<void> {
    const { pause, probe } = this.#parts;
    const isOver = (): boolean => this.#isClosed || this.#begunAt !== begunAt;
    while (!isOver()) {
      await pause();
      if (isOver()) return;
      try {
        await probe();
        this.responded();
      } catch {
        // The cause that began the outage is known, and logged.
      }
    }
  }
}
