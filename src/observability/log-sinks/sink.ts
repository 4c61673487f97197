import type { Got } from 'got';
import type { DeliveryQueue, DropListener, QueueLimits } from './delivery-queue.ts';

/** What a sink gets of the process. */
export interface SinkSettings {
  /** Name of this machine. */
  readonly host: string;
  /** Proxy variables in the form Node's agents take. */
  readonly proxyEnv: Readonly<Record<string, string | undefined>>;
  /** Limits that replace the sink's own. */
  readonly limits: Partial<QueueLimits>;
  readonly dropped: DropListener;
}

export type CreateSink<Settings> = (config: Settings, settings: SinkSettings) => DeliveryQueue;

/** No sink has more to say than whether it took what it was given. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface PostOptions {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Posts to a sink, which decides neither where else that goes nor how much memory its answer takes. */
export async function post(
  http: Got,
  url: string,
  { body, headers, signal }: PostOptions,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  const oversized = new AbortController();
  const answer = await http
    .post(url, {
      ...{ body, headers, signal: AbortSignal.any([signal, oversized.signal]) },
      ...{ followRedirect: false, responseType: 'text' },
    })
    .on('downloadProgress', ({ transferred }) => {
      if (transferred > MAX_ANSWER_BYTES) oversized.abort();
    });
  return { status: answer.statusCode, headers: answer.headers };
}
