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

/** Services of clouds for the machine itself, which hand out credentials. Some of the addresses are public. */
const METADATA: readonly AddressRange[] = [
  ...['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32'],
];

/** The addresses that messages may be sent to. */
export interface AddressRules {
  /** Ranges besides public addresses. */
  readonly allowedRanges: readonly AddressRange[];
  /** Ranges that are refused, also where they are public or allowed. */
  readonly deniedRanges?: readonly AddressRange[];
}

/** Whether messages may be sent to an IPv4 or IPv6 address. */
export function isAllowedAddress(text: string, { allowedRanges, deniedRanges = [] }: AddressRules): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  const isIn = (range: AddressRange): boolean => isWithin(address, range);
  return !METADATA.some(isIn) && !deniedRanges.some(isIn) && (isPublic(address) || allowedRanges.some(isIn));
}

/** Whether an address is of the loopback interface: only processes of this machine can connect from it. */
export function isLoopbackAddress(text: string): boolean {
  return parseAddress(text)?.range() === 'loopback';
}
