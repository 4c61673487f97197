// Receives the notifications of new events from PostgreSQL, on a connection of its own: LISTEN occupies it. A pooler gives out no
// connection for that.
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { on } from 'node:events';
import type { Client } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import { EVENTS_CHANNEL } from './queries/recording.ts';
import { CONNECT_TIMEOUT, directDatabase, openConnection } from './connection.ts';

export interface EventListener {
  /** Closes the connection. Does not reject. */
  readonly close: () => Promise<void>;
}

/** Milliseconds between attempts to connect, with jitter: processes lose their connections at the same time. */
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

/** Milliseconds between two polls where notifications cannot be received. */
const POLL_INTERVAL = 1_000;

function pollForEvents(onNews: () => void): EventListener {
  const timer = setInterval(onNews, POLL_INTERVAL).unref();
  return {
    close: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}

/**
 * Listens until it is closed, and reconnects when the connection is lost. Polls where only a pooler can be reached.
 * @param onNews called when there may be new events, after each connect as well
 * @param onProblem called while there is no connection
 */
export function listenForEvents(
  config: DatabaseConfig,
  onNews: () => void,
  onProblem: (error: unknown) => void,
): EventListener {
  const direct = directDatabase(config);
  return direct === null ? pollForEvents(onNews) : listen(direct, onNews, onProblem);
}

function listen(config: DatabaseConfig, onNews: () => void, onProblem: (error: unknown) => void): EventListener {
  const closing = new AbortController();
  const { signal } = closing;
  const connecting = retry(handleAll, { maxAttempts: Infinity, backoff: PAUSES }).dangerouslyUnref();
  connecting.onRetry((failure) => onProblem('error' in failure ? failure.error : failure));

  const listenOnce = async (): Promise<void> => {
    const client = await connecting.execute(() => {
      signal.throwIfAborted();
      return connectListener(config);
    }, signal);
    try {
      const notifications = on(client, 'notification', { signal, close: ['end'] });
      // Notifications from before LISTEN are lost.
      onNews();
      for await (const _ of notifications) onNews();
      throw new Error('the connection for notifications of events was closed');
    } finally {
      // Not awaited: a server that does not respond does not close the connection either.
      client.end().catch(() => {});
    }
  };

  const isClosed = (): boolean => signal.aborted;
  const keepListening = async (): Promise<void> => {
    while (!isClosed()) {
      try {
        await listenOnce();
      } catch (error) {
        if (!isClosed()) onProblem(error);
      }
    }
  };

  void keepListening();
  return {
    close: () => {
      closing.abort();
      return Promise.resolve();
    },
  };
}
