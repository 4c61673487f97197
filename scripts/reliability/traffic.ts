// Clients that request composes. They retry failed requests with the same idempotency key, at any running process.
import { setTimeout as wait } from 'node:timers/promises';
import { buildOf } from './builds.ts';
import { createdId, statusOf, type Reply } from './http.ts';
import type { Replica } from './replica.ts';

/** The final result of a client. */
export interface Order {
  readonly marker: string;
  /** Id of its compose, `null` when it received none. */
  readonly id: string | null;
  /** Statuses and failures of all attempts, in order. */
  readonly results: readonly (number | string)[];
}

export interface Traffic {
  /** Resolves when every client has its response or has ended its attempts. */
  readonly end: () => Promise<readonly Order[]>;
  /** How many orders have ended. */
  readonly ended: () => number;
}

/** Milliseconds between two attempts, and how many there are. */
const PAUSE = 150;
const ATTEMPTS = 60;

const REPEATABLE: ReadonlySet<number> = new Set([409, 500, 503]);

/** Whether a retry can succeed. A replayed response never changes. */
const mayBeRepeated = (reply: Reply): boolean =>
  'failure' in reply ||
  (REPEATABLE.has(reply.status) && (reply.status === 409 || reply.headers['idempotency-replayed'] === undefined));

/**
 * Starts clients.
 * @param replicas returns the running processes
 */
export function startTraffic(
  options: { readonly clients: number; readonly organization: string; readonly prefix: string },
  replicas: () => readonly Replica[],
): Traffic {
  const orders: Order[] = [];
  let [ending, number] = [false, 0];

  const order = async (marker: string): Promise<Order> => {
    const results: (number | string)[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const running = replicas();
      const replica = running[Math.floor(Math.random() * running.length)];
      if (replica) {
        const { organization } = options;
        const reply = await replica.client.send({
          ...{ method: 'POST', path: '/compose', organization, body: buildOf(marker), key: marker },
        });
        results.push(statusOf(reply));
        const id = createdId(reply);
        if (id !== null || !mayBeRepeated(reply)) return { marker, id, results };
      }
      await wait(PAUSE);
    }
    return { marker, id: null, results };
  };

  const client = async (): Promise<void> => {
    while (!ending) {
      number += 1;
      orders.push(await order(`${options.prefix}-${number}`));
    }
  };
  const clients = Array.from({ length: options.clients }, client);
  return {
    ended: () => orders.length,
    end: async () => {
      ending = true;
      await Promise.all(clients);
      return orders;
    },
  };
}
