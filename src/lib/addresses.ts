// Which addresses messages may be sent to. Whoever creates a webhook makes this service send something to a place of his choice, so
// that must not be one which only this service can reach.
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** A range of addresses as it is written: `10.0.0.0/8`. */
export type AddressRange = string;

/** Ranges of a list with commas between; `null` when one of them is none. */
export function parseRanges(list: string): readonly AddressRange[] | null {
  const texts = list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return texts.every((text) => ipaddr.isValidCIDR(text)) ? texts : null;
}

/** Global addresses of IPv6. What is outside is none of them, whatever the tables of special ranges say. */
const GLOBAL: AddressRange = '2000::/3';

/** Addresses of IPv4 as networks without it reach them (RFC 6052): the last four bytes are the address that is meant. */
const TRANSLATED: AddressRange = '64:ff9b::/96';

function isWithin(address: Address, range: AddressRange): boolean {
  const [start, prefix] = ipaddr.parseCIDR(range);
  return address.kind() === start.kind() && address.match(start, prefix);
}

/** An address of IPv6 in its usual form: of `::10.0.0.1` the library would make another one. `null` for what is none. */
const usual = (text: string): string | null =>
  text.includes(':') ? (URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) ?? null) : text;

/** The address that is meant, `null` for what is none: IPv4 within IPv6 leads to the same place. */
function meant(text: string): Address | null {
  const known = usual(text);
  if (known === null || !ipaddr.isValid(known)) return null;
  const address = ipaddr.process(known);
  return isWithin(address, TRANSLATED) ? ipaddr.fromByteArray(address.toByteArray().slice(-4)) : address;
}

const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || isWithin(address, GLOBAL));

/**
 * Whether messages may be sent to an address.
 * @param text an address of either kind, as sockets take it
 * @param allowed ranges that the operator allows besides public addresses
 */
export function isAllowedAddress(text: string, allowed: readonly AddressRange[]): boolean {
  const address = meant(text);
  return address !== null && (isPublic(address) || allowed.some((range) => isWithin(address, range)));
}
