// Which addresses the service sends messages to. Callers choose the receivers of webhooks, so addresses that only this service can
// reach are refused: callers could use the service to attack them.
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** A range of addresses in CIDR notation: `10.0.0.0/8`. */
export type AddressRange = string;

/** Parses ranges separated by commas; `null` when one of them is not valid. */
export function parseRanges(list: string): readonly AddressRange[] | null {
  const texts = list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return texts.every((text) => ipaddr.isValidCIDR(text)) ? texts : null;
}

/** Global addresses of IPv6. `range()` of the library does not know all others. */
const GLOBAL: AddressRange = '2000::/3';

/** IPv4 addresses embedded in IPv6 (RFC 6052), in the last four bytes. */
const TRANSLATED: AddressRange = '64:ff9b::/96';

function isWithin(address: Address, range: AddressRange): boolean {
  const [start, prefix] = ipaddr.parseCIDR(range);
  return address.kind() === start.kind() && address.match(start, prefix);
}

/** Normalizes an IPv6 address: the library misreads `::10.0.0.1`. `null` for an invalid address. */
const normalize = (text: string): string | null =>
  text.includes(':') ? (URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) ?? null) : text;

/** Parses an address; an IPv4 address embedded in IPv6 is returned as IPv4. `null` for an invalid address. */
function parseAddress(text: string): Address | null {
  const normalized = normalize(text);
  if (normalized === null || !ipaddr.isValid(normalized)) return null;
  const address = ipaddr.process(normalized);
  return isWithin(address, TRANSLATED) ? ipaddr.fromByteArray(address.toByteArray().slice(-4)) : address;
}

const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || isWithin(address, GLOBAL));

/**
 * Whether messages may be sent to an address.
 * @param text an IPv4 or IPv6 address
 * @param allowed ranges that the operator allows besides public addresses
 */
export function isAllowedAddress(text: string, allowed: readonly AddressRange[]): boolean {
  const address = parseAddress(text);
  return address !== null && (isPublic(address) || allowed.some((range) => isWithin(address, range)));
}

/** Whether an address is of the loopback interface: only processes of this machine can connect from it. */
export function isLoopbackAddress(text: string): boolean {
  return parseAddress(text)?.range() === 'loopback';
}
