/** Starts of one organization in a turn of the event loop. */
const STARTS = 4;

/**
 * Starts work of organizations a little at a time, in turns of the event loop: between them the work of other
 * organizations is received and continued.
 */
export class TurnQueue {
  readonly #waiting = new Map<string, (() => void)[]>();

  add(orgId: string, start: () => void): void {
    const queue = this.#waiting.get(orgId);
    if (queue) queue.push(start);
    else this.#waiting.set(orgId, [start]);
    if (this.#waiting.size === 1 && queue === undefined) setImmediate(() => this.#turn());
  }

  #turn(): void {
    for (const [orgId, queue] of this.#waiting) {
      for (const start of queue.splice(0, STARTS)) start();
      if (queue.length === 0) this.#waiting.delete(orgId);
    }
    if (this.#waiting.size > 0) setImmediate(() => this.#turn());
  }
}
