// Hears from PostgreSQL that there are new events. That takes a connection which does nothing else, so none of the pool.
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { on } from 'node:events';
import type { Client } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import { EVENTS_CHANNEL } from './queries/recording.ts';
import { CONNECT_TIMEOUT, openConnection } from './connection.ts';

export interface EventListener {
  /** Ends the connection. Does not reject. */
  readonly close: () => Promise<void>;
}

/** Milliseconds between two attempts to connect, which grow. Chance keeps processes apart that lose their connections together. */
const PAUSES = new ExponentialBackoff({ initialDelay: 100, maxDelay: 10_000 });

async function connectListener(config: DatabaseConfig): Promise<Client> {
  const client = await openConnection(config, 'image-builder-events', { query_timeout: CONNECT_TIMEOUT });
  try {
    await client.query(`LISTEN ${EVENTS_CHANNEL}`);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}

/**
 * Listens until it is closed. A connection that is lost is made again.
 * @param onNews there may be new events: they were announced, or were not listened for in the meantime
 * @param onProblem there is no connection at the moment
 */
export function listenForEvents(
  config: DatabaseConfig,
  onNews: () => void,
  onProblem: (error: unknown) => void,
): EventListener {
  const closing = new AbortController();
  const { signal } = closing;
  const connecting = retry(handleAll, { maxAttempts: Infinity, backoff: PAUSES }).dangerouslyUnref();
  connecting.onRetry((failure) => onProblem('error' in failure ? failure.error : failure));

  const listen = async (): Promise<void> => {
    const client = await connecting.execute(() => {
      signal.throwIfAborted();
      return connectListener(config);
    }, signal);
    try {
      const notifications = on(client, 'notification', { signal, close: ['end'] });
      // Events that were recorded before LISTEN are not announced on this connection.
      onNews();
      for await (const _ of notifications) onNews();
      throw new Error('the connection that events are announced on has ended');
    } finally {
      // Not awaited: a server that does not respond any more does not close the connection either.
      client.end().catch(() => {});
    }
  };

  const listenAgain = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await listen();
      } catch (error) {
        if (!signal.aborted) onProblem(error);
      }
    }
  };

  void listenAgain();
  return { close: async () => closing.abort() };
}
