// To be imported before nock, whose own `connect` replaces the original.
import { Socket } from 'node:net';

type Connect = (this: Socket, ...args: unknown[]) => Socket;

const realConnect = Socket.prototype.connect as unknown as Connect;

const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost', '::1']);

/** Where a call of `connect` leads: Node's own callers pass one list of normalised arguments, others an object, or port and host. */
const hostOf = (args: readonly unknown[]): string => {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: string; path?: string };
    return path ? 'localhost' : (host ?? 'localhost');
  }
  return typeof second === 'string' ? second : 'localhost';
};

/**
 * Lets connections to this machine bypass nock: it looks into every socket, which costs each connection to PostgreSQL
 * about 80 ms, and hands HTTP on as it understood it, not byte for byte.
 */
export const bypassNockLocally = (): void => {
  const intercepted = Socket.prototype.connect as unknown as Connect;
  const connect: Connect = function (...args) {
    return (LOCAL_HOSTS.has(hostOf(args)) ? realConnect : intercepted).apply(this, args);
  };
  Socket.prototype.connect = connect as unknown as Socket['connect'];
};
