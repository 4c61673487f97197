import { isIP } from 'node:net';
import { isAllowedAddress, type AddressRules } from './addresses.ts';

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

/** Names of the metadata services of clouds. Resolvers inside a cloud know them, and some have public names. */
const METADATA_NAME =
  /^(?:metadata|instance-data|(?:.+\.)?metadata\.(?:google\.internal|goog|azure\.(?:internal|com)|packet\.net|platformequinix\.com)|instance-data\.(?:.+\.)?internal)$/i;

/** Names that only a network of its own resolves: of one label, in the local link (RFC 6762), and reserved for private use. */
const INTERNAL_NAME = /^(?:[^.]+|.+\.(?:local|internal|localdomain|home\.arpa|svc))$/i;

/** Whether the name of a host alone forbids to send messages to it. */
function isDeniedName(host: string, { allowedRanges }: AddressRules): boolean {
  const name = host.replace(/\.$/, '');
  if (METADATA_NAME.test(name)) return true;
  // Receivers in the ranges of the operator have such names: their addresses decide.
  return allowedRanges.length === 0 && isIP(name) === 0 && INTERNAL_NAME.test(name);
}

export const LOCAL_ADDRESS = '127.0.0.1';

/**
 * Validates the URL of a receiver, except for the addresses of its host name, which every delivery checks.
 * @returns what is wrong with the URL, `null` for nothing
 */
export function urlProblem(text: string, rules: AddressRules): string | null {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'must be an http or https address';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (!WEB_PORTS.has(url.port) && Number(url.port) < FIRST_FREE_PORT)
    return 'the port must be 80, 443, or 1024 and above';
  const host = hostOf(url);
  const address = isLocalName(host) ? LOCAL_ADDRESS : host;
  if (isIP(address) === 0 ? isDeniedName(address, rules) : !isAllowedAddress(address, rules))
    return 'must lead to a public address';
  return null;
}
