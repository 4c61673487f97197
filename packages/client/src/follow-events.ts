import { errorOf } from './answer.ts';
import type { ImageBuilder } from './client.ts';
import { systemClock, type Clock } from './clock.ts';
import type { components } from './contract.ts';
import { createBlockReader, type StreamBlock } from './event-text.ts';
import { retryAfter } from './retry-after.ts';
import { isTemporary } from './temporary.ts';

export type ImageBuilderEvent = components['schemas']['Event'];

/** What to follow, and how. Times are in milliseconds. */
export interface FollowOptions {
  /** Ends the following. */
  readonly signal?: AbortSignal;
  /** Id of the last event that was seen; 0 begins with the oldest that is kept. Without it only what happens from now on is told. */
  readonly lastEventId?: number;
  /** Only events of these types. */
  readonly types?: readonly ImageBuilderEvent['type'][];
  /** Only events of this build. */
  readonly composeId?: string;
  /** Only events of this blueprint, and of builds made from it. */
  readonly blueprintId?: string;
  /** Attempts in a row that may fail before that is the result; endless unless given. */
  readonly failures?: number;
  /** Time without a sign of life after which the connection is taken for dead; a minute unless given. */
  readonly silence?: number;
}

/** Pause before coming back where the service says nothing of it, and the longest. */
const PAUSE = { usual: 3_000, longest: 30_000 };

/** The part of a pause that is added by chance, so that many who were interrupted together do not come back together. */
const CHANCE = 0.5;

/** Reads blocks until the stream ends. @throws what broke it, or an error once nothing has come for too long */
async function* readBlocks(
  body: ReadableStream<Uint8Array>,
  silence: number,
  { wait }: Clock,
): AsyncGenerator<StreamBlock, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const read = createBlockReader();
  const readInTime = async () => {
    const timer = new AbortController();
    const late = wait(silence, timer.signal).then(() => {
      throw new Error('the connection is dead: nothing comes over it');
    });
    try {
      return await Promise.race([reader.read(), late]);
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
    // Also when nobody wants more. Not waited for: a dead connection does not answer.
    reader.cancel().catch(() => {});
  }
}

/** A `followEvents` that lives by a clock. */
export function eventFollower(clock: Clock) {
  return async function* (
    api: ImageBuilder,
    options: FollowOptions = {},
  ): AsyncGenerator<ImageBuilderEvent, void, undefined> {
    const { signal, types, composeId, blueprintId, failures = Infinity, silence = 60_000 } = options;
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
      let asked = 0;
      let failure: unknown = null;
      try {
        const header = lastId === undefined ? {} : { 'Last-Event-ID': String(lastId) };
        const { data, error, response } = await api.GET('/events', {
          params: { query, header },
          parseAs: 'stream',
          signal: forever,
          headers: { accept: 'text/event-stream' },
        });
        if (data === undefined || data === null) {
          failure = errorOf(response, error);
          if (!isTemporary(response.status)) throw failure;
          asked = retryAfter(response.headers.get('retry-after'), clock.now());
        } else {
          for await (const block of readBlocks(data, silence, clock)) {
            failed = 0;
            if (block.retry !== undefined) retry = block.retry;
            if (block.data !== undefined) yield JSON.parse(block.data) as ImageBuilderEvent;
            // What was not taken is told again.
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
      await clock.wait(Math.max(usual, asked) * (1 + CHANCE * clock.random()), forever);
    }
  };
}

/**
 * Follows what happens to builds and blueprints. Comes back by itself, with what it has seen, whenever it is interrupted: nothing
 * is lost, and nothing comes twice. Leave the loop to end it.
 * @throws ImageBuilderError for a refusal that repeating does not change
 * @throws the signal's reason once it is aborted
 */
export const followEvents: (
  api: ImageBuilder,
  options?: FollowOptions,
) => AsyncGenerator<ImageBuilderEvent, void, undefined> = eventFollower(systemClock);
