import type { Got } from 'got';
import type { DeliveryQueue, DropListener, QueueLimits } from './delivery-queue.ts';

export interface SinkSettings {
  readonly host: string;
  readonly proxyEnv: Readonly<Record<string, string | undefined>>;
  readonly limits: Partial<QueueLimits>;
  readonly dropped: DropListener;
}

export type CreateSink<Settings> = (config: Settings, settings: SinkSettings) => DeliveryQueue;

const MAX_RESPONSE_BYTES = 1024 * 1024;

export interface PostOptions {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Posts to a sink, without redirects and with a limit for the response. */
export async function post(
  http: Got,
  url: string,
  { body, headers, signal }: PostOptions,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  const oversized = new AbortController();
  const response = await http
    .post(url, {
      ...{ body, headers, signal: AbortSignal.any([signal, oversized.signal]) },
      ...{ followRedirect: false, responseType: 'text' },
    })
    .on('downloadProgress', ({ transferred }) => {
      if (transferred > MAX_RESPONSE_BYTES) oversized.abort();
    });
  return { status: response.statusCode, headers: response.headers };
}
