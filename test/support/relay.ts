// A TCP relay in front of PostgreSQL, which a test can stop or make silent.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../scripts/support/embedded-postgres.ts';

export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections and refuses new ones, like a server that was stopped. */
  readonly stop: () => Promise<void>;
  /** Passes nothing on any more, in old and new connections, like a network that loses everything. */
  readonly silence: () => void;
  /** Relays again; what was silenced stays silent. */
  readonly restart: () => Promise<void>;
}

/** Starts a relay to a server. */
export async function startRelay({ host, port }: { readonly host: string; readonly port: number }): Promise<Relay> {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (isSilent) return;
    const upstream = keep(host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host));
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  });
  const own = await freePort();
  const listen = async (): Promise<void> => {
    server.listen(own, '127.0.0.1');
    await once(server, 'listening');
  };
  const stop = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : null;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen();
  return {
    port: own,
    stop,
    silence: () => {
      isSilent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    restart: async () => {
      isSilent = false;
      if (!server.listening) await listen();
    },
    [Symbol.asyncDispose]: stop,
  };
}
