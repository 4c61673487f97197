import type { Clock } from './clock.ts';

/** Ends a pause early. */
export class Wake {
  /** Whether something rings when there is news. */
  listening = false;
  #rung = false;
  #end: (() => void) | null = null;

  /** Ends the current pause, or the next one. */
  ring(): void {
    this.#rung = true;
    this.#end?.();
  }

  /** Waits until the time is over or something has rung. @throws the signal's reason once it is aborted */
  async pause(wait: Clock['wait'], time: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      const news = new AbortController();
      this.#end = () => news.abort();
      try {
        await wait(time, AbortSignal.any([signal, news.signal]));
      } catch (error) {
        if (!news.signal.aborted || signal.aborted) throw error;
      } finally {
        this.#end = null;
      }
    }
    this.#rung = false;
  }
}
