import { isIP } from 'node:net';
import { isAllowedAddress, type AddressRange } from './addresses.ts';

/** Ports below belong to services of the system, which are no receivers of messages. */
const FIRST_FREE_PORT = 1024;
const WEB_PORTS: ReadonlySet<string> = new Set(['', '80', '443']);

/** The host of an address, as sockets take it. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Whether a name is that of this machine, without asking anybody. */
export function isLocalName(host: string): boolean {
  return /^(?:.*\.)?localhost\.?$/i.test(host);
}

/** This machine, for names that are its own. */
export const LOCAL_ADDRESS = '127.0.0.1';

/**
 * What is wrong with the address of a receiver, `null` for nothing that can be told without asking for its name: that is done
 * before every delivery.
 */
export function urlProblem(text: string, allowed: readonly AddressRange[]): string | null {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'must be an http or https address';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (!WEB_PORTS.has(url.port) && Number(url.port) < FIRST_FREE_PORT)
    return 'the port must be 80, 443, or 1024 and above';
  const host = hostOf(url);
  const address = isLocalName(host) ? LOCAL_ADDRESS : host;
  if (isIP(address) !== 0 && !isAllowedAddress(address, allowed)) return 'must lead to a public address';
  return null;
}
