import { networkInterfaces } from 'node:os';
import type { AddressRange } from './addresses.ts';

/** The addresses of this machine that others can reach, each as a range. The rules for loopback addresses are in `isAllowedAddress`. */
export function ownAddresses(): readonly AddressRange[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address, family }) => (family === 'IPv4' ? `${address}/32` : `${address.split('%')[0]}/128`));
}
