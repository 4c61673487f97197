import { isIP } from 'node:net';
import { isAllowedAddress, type AddressRange } from './addresses.ts';

/** Lower ports belong to services of the system. */
const FIRST_FREE_PORT = 1024;
const WEB_PORTS: ReadonlySet<string> = new Set(['', '80', '443']);

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Whether a name is `localhost` or below it, which is never resolved. */
export function isLocalName(host: string): boolean {
  return /^(?:.*\.)?localhost\.?$/i.test(host);
}

export const LOCAL_ADDRESS = '127.0.0.1';

/**
 * Validates the URL of a receiver, except for the addresses of its host name, which every delivery checks.
 * @returns what is wrong with the URL, `null` for nothing
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
