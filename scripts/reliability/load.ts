// Repeats requests of several kinds, and records the responses.
import { setTimeout as wait } from 'node:timers/promises';
import { statusOf, type ApiRequest, type Reply } from './http.ts';
import type { Replica } from './replica.ts';

/** A kind of request. */
export interface Kind {
  readonly name: string;
  /** Milliseconds between two of them. */
  readonly pause: number;
  readonly request: (number: number) => ApiRequest;
}

/** A request with its result. */
export interface Sample {
  readonly kind: string;
  readonly replica: Replica;
  /** Milliseconds from the start of the load to the request, and until its response. */
  readonly at: number;
  readonly duration: number;
  readonly status: number | string;
  readonly reply: Reply;
}

export interface Load {
  /** Milliseconds since the start. */
  readonly now: () => number;
  readonly end: () => Promise<readonly Sample[]>;
}

/** Sends all kinds to all processes until `end` is called. Each process has at most one request of each kind in flight. */
export function startLoad(replicas: readonly Replica[], kinds: readonly Kind[]): Load {
  const begun = performance.now();
  const now = (): number => performance.now() - begun;
  const samples: Sample[] = [];
  let [ending, number] = [false, 0];
  const send = async (replica: Replica, { name, pause, request }: Kind): Promise<void> => {
    while (!ending) {
      const at = now();
      number += 1;
      const reply = await replica.client.send(request(number));
      samples.push({ kind: name, replica, at, duration: now() - at, status: statusOf(reply), reply });
      await wait(pause);
    }
  };
  const all = replicas.flatMap((replica) => kinds.map((kind) => send(replica, kind)));
  return {
    now,
    end: async () => {
      ending = true;
      await Promise.all(all);
      return samples;
    },
  };
}

/** Counts of statuses, like `12 × 200, 3 × 503`. */
export function describeStatuses(samples: readonly Sample[]): string {
  const counts = Map.groupBy(samples, ({ status }) => status);
  return [...counts].map(([status, of]) => `${of.length} × ${status}`).join(', ') || 'none';
}
