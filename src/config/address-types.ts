// Types of values that are addresses.
import { trimEnd } from '../lib/trim-end.ts';
import { parseRanges, type AddressRange } from '../lib/addresses.ts';
import { optional, type ValueType } from './value-types.ts';

/** An address without slashes at its end; `null` where the variable is not set. */
export const httpUrl: ValueType<string | null> = optional({
  allowed: 'an http or https URL',
  parse: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? '') ? trimEnd(value, '/') : undefined),
});

/** The address of a proxy with its scheme: other programs take one without, Node's agents do not. */
export const proxyUrl: ValueType<string | null> = optional({
  allowed: 'the address of an http proxy',
  parse: (value) => {
    const address = value.includes('://') ? value : `http://${value}`;
    return /^https?:$/.test(URL.parse(address)?.protocol ?? '') ? address : undefined;
  },
});

/** Host and port to listen on. An IPv6 address stands in brackets; an empty host is every address. */
export const listenAddress: ValueType<{ readonly host: string; readonly port: number }> = {
  allowed: 'host:port',
  parse: (value) => {
    const [, address, name = '', port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(value) ?? [];
    return port === undefined || Number(port) > 65535 ? undefined : { host: address ?? name, port: Number(port) };
  },
  empty: 'value',
};

export const hostName: ValueType<string | null> = optional({
  allowed: 'a host name',
  parse: (value) => (/^[^\s/?#@\\]+$/.test(value) && URL.canParse(`https://${value}:443/`) ? value : undefined),
});

/** Address and key of a project in a service that speaks Sentry's protocol. */
export const sentryDsn: ValueType<string | null> = optional({
  allowed: 'of the form https://KEY@HOST/PROJECT',
  parse: (value) =>
    /^https?:\/\/\w+(?::\w*)?@[\w.:[\]-]+\/(?:[\w./-]+\/)?\d+$/.test(value) && URL.canParse(value) ? value : undefined,
});

export const addressRanges: ValueType<readonly AddressRange[]> = {
  allowed: 'a list of ranges like 10.0.0.0/8',
  parse: (value) => parseRanges(value) ?? undefined,
  empty: 'value',
};
