// A thread that floods the service as one organization. The thread that measures the other organization sends and receives nothing else.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ATTACKER, attacksOn, type Attack, type Surroundings, type Target } from './attacks.ts';
import { createApiClient, statusOf } from './http.ts';

interface FloodOptions extends Surroundings {
  /** Address of the service. */
  readonly origin: string;
  /** Name of the attack. */
  readonly attack: string;
}

export interface Flood {
  /** Ends the flood. @returns the number of responses of each status */
  readonly end: () => Promise<string>;
}

/** Starts the thread. Resolves when the attack is prepared and floods. */
export async function startFlood(options: FloodOptions): Promise<Flood> {
  const thread = new Worker(new URL(import.meta.url), { workerData: options });
  await once(thread, 'message');
  return {
    end: async () => {
      const ended = once(thread, 'exit');
      const result = once(thread, 'message');
      thread.postMessage('end');
      const [statuses] = (await result) as [string];
      await ended;
      return statuses;
    },
  };
}

/** Floods the service until `end` is called, which resolves with the number of responses of each status. */
const flood = ({ client }: Target, { clients, request }: Attack): Flood => {
  const statuses = new Map<number | string, number>();
  let [isEnding, number] = [false, 0];
  const send = async (): Promise<void> => {
    while (request !== null && !isEnding) {
      number += 1;
      const status = statusOf(await client.send({ ...request(number), organization: ATTACKER, isDropped: true }));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const all = Array.from({ length: clients }, send);
  return {
    end: async () => {
      isEnding = true;
      await Promise.all(all);
      return [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
    },
  };
};

const run = async ({ origin, attack: name, ...surroundings }: FloodOptions): Promise<void> => {
  using client = createApiClient(origin);
  const attack = attacksOn(surroundings).find((one) => one.name === name);
  if (!attack || !parentPort) throw new Error(`there is no attack ${name}`);
  const target = { origin, client };
  const end = await attack.prepare?.(target);
  const flooding = flood(target, attack);
  parentPort.postMessage('started');
  await once(parentPort, 'message');
  const statuses = await flooding.end();
  end?.();
  parentPort.postMessage(statuses);
  parentPort.unref();
};

if (!isMainThread) await run(workerData as FloodOptions);
