import type { EventSource } from './stream.ts';

/** The open streams of a process, by organization. */
export class StreamRegistry {
  readonly byOrganization = new Map<string, Set<EventSource>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A copy, since streams leave the registry when they end. */
  all(): EventSource[] {
    return [...this.byOrganization.values()].flatMap((streams) => [...streams]);
  }

  add(stream: EventSource): void {
    const own = this.byOrganization.get(stream.orgId);
    if (own) own.add(stream);
    else this.byOrganization.set(stream.orgId, new Set([stream]));
    this.#size += 1;
  }

  /** @returns whether the registry contained the stream */
  delete(stream: EventSource): boolean {
    const own = this.byOrganization.get(stream.orgId);
    if (!own?.delete(stream)) return false;
    if (own.size === 0) this.byOrganization.delete(stream.orgId);
    this.#size -= 1;
    return true;
  }
}
