// Kept-alive connections that the other side may have closed. A request on such a connection fails without a response, and a request that
// is not idempotent cannot be repeated then: it gets a connection that is certainly alive, or a new one.
import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds after a response for which no server closes a connection without announcing it. */
const SAFE_IDLE = 100;

/**
 * Milliseconds after a request. A process that stood still reads a response late: the connection has been idle for longer than the
 * process knows.
 */
const SAFE_AGE = 1_000;

export interface ConnectionUses {
  readonly sent: (socket: Socket) => void;
  readonly answered: (socket: Socket) => void;
  /** Closes the idle connections of an agent that the other side may have closed. */
  readonly closeDoubtful: (agent: Agent) => void;
}

/** Records the uses of connections. */
export function createConnectionUses(now: () => number = () => performance.now()): ConnectionUses {
  const sentAt = new WeakMap<Socket, number>();
  const answeredAt = new WeakMap<Socket, number>();
  const isWithin = (at: number | undefined, limit: number): boolean => at !== undefined && now() - at <= limit;

  return {
    sent: (socket) => void sentAt.set(socket, now()),
    answered: (socket) => void answeredAt.set(socket, now()),
    closeDoubtful: ({ freeSockets }) => {
      for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) {
        if (isWithin(answeredAt.get(socket), SAFE_IDLE) && isWithin(sentAt.get(socket), SAFE_AGE)) continue;
        // The agent takes a socket out of its pool at this event, and not before its end otherwise.
        socket.emit('agentRemove');
        socket.destroy();
      }
    },
  };
}
