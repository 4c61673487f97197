// Metrics of several processes behind one port: a worker requests the page of all workers from the primary process,
// which collects it by prom-client.
import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Registry } from 'prom-client';
import type { Metrics } from './metrics.ts';

const ASK = 'image-builder:metrics';
const TELL = 'image-builder:metrics-page';

/** Must exceed the timeout of prom-client for workers, five seconds. */
const LONGEST = 6_000;

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
    if (!isMessage(message, ASK)) return;
    const tell = (text: string | null): void => {
      if (worker.isConnected()) worker.send({ type: TELL, id: message.id, text } satisfies Message);
    };
    aggregator.clusterMetrics().then(tell, () => tell(null));
  });
}

/** In a worker: the same metrics, with the page of all workers. */
export function withWorkerMetrics(metrics: Metrics): Metrics {
  AggregatorRegistry.setRegistries([...metrics.registers]);
  // Responds to the primary process from now on.
  new AggregatorRegistry();
  const waiting = new Map<number, (text: string | null) => void>();
  let asked = 0;
  process.on('message', (message: unknown) => {
    if (isMessage(message, TELL)) waiting.get(message.id)?.(message.text ?? null);
  });
  const ask = (): Promise<string | null> => {
    const id = (asked += 1);
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const timer = setTimeout(() => resolve(null), LONGEST);
    waiting.set(id, resolve);
    process.send?.({ type: ASK, id } satisfies Message);
    return promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(id);
    });
  };
  return {
    ...metrics,
    page: async () => {
      const text = await ask();
      // The page of one worker would look like a reset of all counters.
      if (text === null) throw new Error('the metrics of the workers cannot be gathered');
      return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text };
    },
  };
}
