import { parse } from 'smol-toml';
import { parseDataSize } from '../../../../src/domain/compliance/data-size.ts';
import { unique, uniqueFilesystems } from '../../../../src/domain/compliance/requirements.ts';

/** What makes an image fulfil a profile. Members are in alphabetical order, as the files have them; no list is empty. */
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
export function toCustomizations(blueprint: string, profile: string, description: string): ProfileCustomizations {
  const document: Table = parse(blueprint);
  const customizations = table(document, 'customizations') ?? {};
  const services = table(customizations, 'services') ?? {};
  const kernel = table(customizations, 'kernel');
  const { fips } = customizations;
  const enabled = unique(texts(services, 'enabled'));
  // A service that is to be disabled and not installed would make the build fail. A masked one does not.
  const masked = unique([...texts(services, 'disabled'), ...texts(services, 'masked')]);
  const packages = unique(tables(document, 'packages').map((item) => text(item, 'name')));
  if (enabled.includes(FIREWALL) && !packages.includes(FIREWALL)) packages.push(FIREWALL);
  const filesystem = uniqueFilesystems(
    tables(customizations, 'filesystem').map((item) => ({
      min_size: bytes(item, 'size'),
      mountpoint: text(item, 'mountpoint'),
    })),
  ).map(({ min_size, mountpoint }) => ({ min_size, mountpoint }));
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
}

/** The description of a profile in the output of `oscap info --profile`; empty when there is none. */
export function descriptionOf(info: string): string {
  return /Description: ([^\n]*)/.exec(info)?.[1]?.trimEnd() ?? '';
}

/** Titles of profiles by id, from the output of `oscap info --profiles`: a line each, the id in front of the title. */
export function profilesOf(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split('\n').flatMap((line): [string, string][] => {
      const [, id, title] = /^(xccdf_[^:\s]+_profile_[^:\s]+):(.*)/.exec(line) ?? [];
      return id === undefined || title === undefined ? [] : [[id, title.trim()]];
    }),
  );
}

/** Whether the authors of a profile call it unfinished: the rules of a draft change, and some are missing. */
export function isDraft(title: string): boolean {
  return /^\[?DRAFT\b/i.test(title);
}
