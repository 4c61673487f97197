// Which addresses messages may be sent to. Whoever creates a webhook makes this service send something to a place of his choice, so
// that must not be one which only this service can reach.
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** A range of addresses as it is written: `10.0.0.0/8`. */
export type AddressRange = string;

/** Ranges of a list with commas between; `null` when one of them is none. */
export const parseRanges = (list: string): readonly AddressRange[] | null => {
  const texts = list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return texts.every((text) => ipaddr.isValidCIDR(text)) ? texts : null;
};

/** Global addresses of IPv6. What is outside is none of them, whatever the tables of special ranges say. */
const GLOBAL: AddressRange = '2000::/3';

/** Addresses of IPv4 as networks without it reach them (RFC 6052): the last four bytes are the address that is meant. */
const TRANSLATED: AddressRange = '64:ff9b::/96';

const isWithin = (address: Address, range: AddressRange): boolean => {
  const [start, prefix] = ipaddr.parseCIDR(range);
  return address.kind() === start.kind() && address.match(start, prefix);
};

/** The address that is meant: IPv4 within IPv6 leads to the same place. */
const meant = (text: string): Address => {
  const address = ipaddr.process(text);
  return isWithin(address, TRANSLATED) ? ipaddr.fromByteArray(address.toByteArray().slice(-4)) : address;
};

const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || isWithin(address, GLOBAL));

/**
 * Whether messages may be sent to an address.
 * @param text an address of either kind, as sockets take it
 * @param allowed ranges that the operator allows besides public addresses
 */
export const isAllowedAddress = (text: string, allowed: readonly AddressRange[]): boolean => {
  if (!ipaddr.isValid(text)) return false;
  const address = meant(text);
  return isPublic(address) || allowed.some((range) => isWithin(address, range));
};
