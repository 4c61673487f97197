import { parse } from 'smol-toml';
import { parseDataSize } from '../../../src/oscap/data-size.ts';

/** What makes an image fulfil a profile. Members are in alphabetical order, as the files have them. */
export interface ProfileCustomizations {
  readonly filesystem?: readonly { readonly min_size: number; readonly mountpoint: string }[];
  readonly fips?: { readonly enabled: boolean };
  readonly kernel?: { readonly append?: string; readonly name?: string };
  readonly openscap: {
    readonly profile_description: string;
    readonly profile_id: string;
    readonly profile_name: string;
  };
  readonly packages?: readonly string[];
  readonly services?: { readonly enabled?: readonly string[]; readonly masked?: readonly string[] };
}

type Table = Readonly<Record<string, unknown>>;

const FIREWALL = 'firewalld';

const fail = (where: string, expected: string): never => {
  throw new Error(`the blueprint's ${where} is no ${expected}`);
};

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const table = (parent: Table, key: string): Table | null => {
  const value = parent[key];
  if (value === undefined) return null;
  return isTable(value) ? value : fail(key, 'table');
};

const tables = (parent: Table, key: string): Table[] => {
  const value = parent[key] ?? [];
  if (!Array.isArray(value)) return fail(key, 'list');
  return value.map((item: unknown) => (isTable(item) ? item : fail(key, 'list of tables')));
};

const text = (parent: Table, key: string): string => {
  const value = parent[key] ?? '';
  return typeof value === 'string' ? value : fail(key, 'text');
};

const texts = (parent: Table, key: string): string[] => {
  const value = parent[key] ?? [];
  if (!Array.isArray(value)) return fail(key, 'list');
  return value.map((item: unknown) => (typeof item === 'string' ? item : fail(key, 'list of texts')));
};

const bytes = (parent: Table, key: string): number => {
  const value = parent[key];
  const size = typeof value === 'string' ? parseDataSize(value) : value;
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0 ? size : fail(key, 'size');
};

/** A member, unless there is nothing in it. */
const member = <Key extends string, Value extends object>(
  key: Key,
  value: Value | null,
): Partial<Record<Key, Value>> =>
  value === null || Object.keys(value).length === 0 ? {} : ({ [key]: value } as Record<Key, Value>);

/**
 * Makes the customizations of a profile from the blueprint that `oscap` writes for it.
 * @param description of the profile
 * @throws Error when the text is no TOML, or no blueprint
 */
export const toCustomizations = (blueprint: string, profile: string, description: string): ProfileCustomizations => {
  const document: Table = parse(blueprint);
  const customizations = table(document, 'customizations') ?? {};
  const services = table(customizations, 'services') ?? {};
  const kernel = table(customizations, 'kernel');
  const { fips } = customizations;
  const enabled = texts(services, 'enabled');
  // A service that is to be disabled and not installed would break the build. Masking it does not.
  const masked = [...texts(services, 'disabled'), ...texts(services, 'masked')];
  const packages = tables(document, 'packages').map((item) => text(item, 'name'));
  if (enabled.includes(FIREWALL) && !packages.includes(FIREWALL)) packages.push(FIREWALL);
  const filesystem = tables(customizations, 'filesystem').map((item) => ({
    min_size: bytes(item, 'size'),
    mountpoint: text(item, 'mountpoint'),
  }));
  if (fips !== undefined && typeof fips !== 'boolean') fail('fips', 'boolean');
  return {
    ...member('filesystem', filesystem),
    ...(typeof fips === 'boolean' ? { fips: { enabled: fips } } : {}),
    ...(kernel && {
      kernel: {
        append: text(kernel, 'append'),
        ...(kernel['name'] === undefined ? {} : { name: text(kernel, 'name') }),
      },
    }),
    openscap: {
      profile_description: description,
      profile_id: profile,
      profile_name: text(document, 'description'),
    },
    ...member('packages', packages),
    ...member('services', { ...member('enabled', enabled), ...member('masked', masked) }),
  };
};

/** The description of a profile in what `oscap info --profile` prints; empty when there is none. */
export const descriptionOf = (info: string): string => /Description: ([^\n]*)/.exec(info)?.[1]?.trimEnd() ?? '';

/** Ids of profiles in what `oscap info --profiles` prints: one in each line, in front of its title. */
export const profilesOf = (info: string): string[] =>
  info.split('\n').flatMap((line) => /^(xccdf_[^:\s]+_profile_[^:\s]+):/.exec(line)?.[1] ?? []);
