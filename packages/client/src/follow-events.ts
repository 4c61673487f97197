import { errorOf } from './response.ts';
import { onlyOnce, type ImageBuilder } from './client.ts';
import { systemClock, type Clock } from './clock.ts';
import type { components } from './contract.ts';
import { createBlockReader, type StreamBlock } from './event-text.ts';
import { retryAfter } from './retry-after.ts';
import { isTemporary } from './temporary.ts';

export type ImageBuilderEvent = components['schemas']['Event'];

/** Filters and limits of the stream. Times are in milliseconds. */
export interface FollowOptions {
  /** Stops the iteration. */
  readonly signal?: AbortSignal;
  /** Id of the last event received; 0 starts with the oldest stored event. Without it the stream has new events only. */
  readonly lastEventId?: number;
  /** Only events of these types. */
  readonly types?: readonly ImageBuilderEvent['type'][];
  /** Only events of this compose. */
  readonly composeId?: string;
  /** Only events of this blueprint, and of composes made from it. */
  readonly blueprintId?: string;
  /** Consecutive failed attempts after which the last failure is thrown; no limit by default. */
  readonly failures?: number;
  /** Called when the service has accepted the stream, also after every interruption. */
  readonly onOpen?: () => void;
  /** Time without any data after which the connection is considered dead; a minute by default. */
  readonly silence?: number;
}

/** Pause before a reconnect where the service sends no `retry`, and the longest pause. */
const PAUSE = { usual: 3_000, longest: 30_000 };

/** Largest random share added to a pause, so that many interrupted clients do not reconnect at the same time. */
const CHANCE = 0.5;

/**
 * Reads blocks until the stream ends.
 * @param signal read here as well: what `fetch` made of it may have been collected while the stream was open
 * @throws the connection's error, an error after `silence` milliseconds without data, or the signal's reason
 */
async function* readBlocks(
  body: ReadableStream<Uint8Array>,
  silence: number,
  { wait }: Clock,
  signal: AbortSignal,
): AsyncGenerator<StreamBlock, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const read = createBlockReader();
  let stop = (): void => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
  });
  stopped.catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const readInTime = async () => {
    const timer = new AbortController();
    const late = wait(silence, timer.signal).then(() => {
      throw new Error('the connection is dead: it has sent no data');
    });
    try {
      return await Promise.race([reader.read(), late, stopped]);
    } finally {
      late.catch(() => {});
      timer.abort();
    }
  };
  try {
    for (;;) {
      const { done, value } = await readInTime();
      if (done) return;
      yield* read(decoder.decode(value, { stream: true }));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Also when the caller stops the iteration. Not awaited: a dead connection never completes it.
    reader.cancel().catch(() => {});
  }
}

/** Creates a `followEvents` that uses the given clock. */
export function eventFollower(clock: Clock) {
  return async function* (
    api: ImageBuilder,
    options: FollowOptions = {},
  ): AsyncGenerator<ImageBuilderEvent, void, undefined> {
    const { signal, types, composeId, blueprintId, failures = Infinity, silence = 60_000, onOpen } = options;
    const query = {
      ...(types === undefined ? {} : { type: [...types] }),
      ...(composeId === undefined ? {} : { compose_id: composeId }),
      ...(blueprintId === undefined ? {} : { blueprint_id: blueprintId }),
    };
    const forever = signal ?? new AbortController().signal;
    let lastId = options.lastEventId;
    let retry = PAUSE.usual;
    for (let failed = 0; ;) {
      forever.throwIfAborted();
      let requested = 0;
      let failure: unknown = null;
      try {
        const header = lastId === undefined ? {} : { 'Last-Event-ID': String(lastId) };
        const { data, error, response } = await api.GET('/events', {
          params: { query, header },
          ...onlyOnce(api),
          parseAs: 'stream',
          signal: forever,
          headers: { accept: 'text/event-stream' },
        });
        if (data === undefined || data === null) {
          failure = errorOf(response, error);
          if (!isTemporary(response.status)) throw failure;
          requested = retryAfter(response.headers.get('retry-after'), clock.now());
        } else {
          onOpen?.();
          for await (const block of readBlocks(data, silence, clock, forever)) {
            failed = 0;
            if (block.retry !== undefined) retry = block.retry;
            if (block.data !== undefined) yield JSON.parse(block.data) as ImageBuilderEvent;
            // Only now: an event that the caller has not taken is sent again.
            if (block.id !== undefined) lastId = block.id;
          }
        }
      } catch (error) {
        forever.throwIfAborted();
        if (error === failure) throw error;
        failure = error;
      }
      if (failure !== null) {
        failed += 1;
        if (failed >= failures) throw failure;
      }
      const usual = Math.min(retry * 2 ** Math.max(0, failed - 1), PAUSE.longest);
      await clock.wait(Math.max(usual, requested) * (1 + CHANCE * clock.random()), forever);
    }
  };
}

/**
 * Streams the events of composes and blueprints. After an interruption it reconnects with the id of the last event: no event is
 * lost, and none comes twice. Leave the loop to stop it.
 * @throws ImageBuilderError for a refusal that a retry does not change
 * @throws the signal's reason once it is aborted
 */
export const followEvents: (
  api: ImageBuilder,
  options?: FollowOptions,
) => AsyncGenerator<ImageBuilderEvent, void, undefined> = eventFollower(systemClock);
