// Hears from PostgreSQL that there are new events. That takes a connection which does nothing else, so none of the pool.
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import { EVENTS_CHANNEL } from './announcements.ts';
import { tlsOptions } from './database.ts';

export interface EventListener {
  /** Ends the connection. Does not reject. */
  readonly close: () => Promise<void>;
}

/** Milliseconds that connecting may take. */
const CONNECT_TIMEOUT = 5_000;

/** Milliseconds between two attempts to connect, which grow. */
const PAUSE = { shortest: 100, longest: 10_000 };

const LISTEN = `LISTEN ${EVENTS_CHANNEL}`;

/**
 * Listens until it is closed. A connection that is lost is made again.
 * @param onNews there may be new events: they were announced, or were not listened for in the meantime
 * @param onProblem there is no connection at the moment
 */
export const listenForEvents = (
  config: DatabaseConfig,
  onNews: () => void,
  onProblem: (error: unknown) => void,
): EventListener => {
  const closing = new AbortController();
  const { signal } = closing;

  /** One connection, from its beginning to its end. @throws when it is lost, or does not come about */
  const listen = async (onListening: () => void): Promise<void> => {
    const { host, port, database, user, password } = config;
    const client = new Client({
      ...{ host, port, database, user, password, ssl: await tlsOptions(config) },
      ...{ application_name: 'image-builder-events', connectionTimeoutMillis: CONNECT_TIMEOUT, keepAlive: true },
    });
    const over = Promise.withResolvers<never>();
    // It may reject before anything waits for it, or afterwards.
    over.promise.catch(() => {});
    client.on('error', over.reject);
    client.on('end', () => over.reject(new Error('the connection that events are announced on has ended')));
    client.on('notification', onNews);
    const stop = (): void => over.reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([client.connect(), over.promise]);
      await Promise.race([client.query(LISTEN), over.promise]);
      onListening();
      await over.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      // Not awaited: a server that does not respond any more does not close the connection either.
      client.end().catch(() => {});
    }
  };

  const keepListening = async (): Promise<void> => {
    let pause = PAUSE.shortest;
    while (!signal.aborted) {
      try {
        await listen(() => {
          pause = PAUSE.shortest;
          // Events that were recorded before LISTEN are not announced on this connection.
          onNews();
        });
      } catch (error) {
        if (signal.aborted) return;
        onProblem(error);
      }
      // Processes that lose their connections together do not come back together.
      await wait(pause * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => {});
      pause = Math.min(2 * pause, PAUSE.longest);
    }
  };

  const ended = keepListening();
  return {
    close: async () => {
      closing.abort();
      await ended;
    },
  };
};
