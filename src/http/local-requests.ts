import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress } from '../lib/addresses.ts';

const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Headers that proxies add to requests of other machines. */
const FORWARDING_HEADER = /^(?:forwarded|via|x-real-ip|x-forwarded-.+)$/;

/**
 * Whether a program of this machine has sent a request to this machine. The peer alone does not show that: a proxy on
 * this machine forwards requests of others, and by DNS rebinding a page of another site reaches a loopback address.
 */
export function isSentByThisMachine({ headers, socket }: IncomingMessage): boolean {
  return (
    isLoopbackAddress(socket.remoteAddress ?? '') &&
    LOCAL_HOST.test(headers.host ?? '') &&
    !Object.keys(headers).some((name) => FORWARDING_HEADER.test(name))
  );
}
