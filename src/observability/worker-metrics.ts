// Metrics of several processes behind one port: a worker requests the page of all workers from the primary process,
// which collects it by prom-client.
import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Registry } from 'prom-client';
import type { Metrics } from './metrics.ts';

const REQUEST_TYPE = 'image-builder:metrics';
const RESPONSE_TYPE = 'image-builder:metrics-page';

/** Must exceed the timeout of prom-client for workers, five seconds. */
const TIMEOUT = 6_000;

interface Message {
  readonly type: string;
  readonly id: number;
  readonly text?: string | null;
}

const isMessage = (message: unknown, type: string): message is Message =>
  typeof message === 'object' && message !== null && (message as Partial<Message>).type === type;

/** In the primary process: responds to workers that request the page of all workers. */
export function serveWorkerMetrics(): void {
  const aggregator = new AggregatorRegistry();
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isMessage(message, REQUEST_TYPE)) return;
    const respond = (text: string | null): void => {
      if (worker.isConnected()) worker.send({ type: RESPONSE_TYPE, id: message.id, text } satisfies Message);
    };
    aggregator.clusterMetrics().then(respond, () => respond(null));
  });
}

/** In a worker: the same metrics, with the page of all workers. */
export function withWorkerMetrics(metrics: Metrics): Metrics {
  AggregatorRegistry.setRegistries([...metrics.registers]);
  // Responds to the primary process from now on.
  new AggregatorRegistry();
  const pending = new Map<number, (text: string | null) => void>();
  let lastId = 0;
  process.on('message', (message: unknown) => {
    if (isMessage(message, RESPONSE_TYPE)) pending.get(message.id)?.(message.text ?? null);
  });
  const requestPage = (): Promise<string | null> => {
    const id = (lastId += 1);
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const timer = setTimeout(() => resolve(null), TIMEOUT);
    pending.set(id, resolve);
    process.send?.({ type: REQUEST_TYPE, id } satisfies Message);
    return promise.finally(() => {
      clearTimeout(timer);
      pending.delete(id);
    });
  };
  return {
    ...metrics,
    page: async () => {
      const text = await requestPage();
      // The page of one worker would look like a reset of all counters.
      if (text === null) throw new Error('the metrics of the workers cannot be gathered');
      return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text };
    },
  };
}
