import { parse } from 'smol-toml';
import { parseDataSize } from './data-size.ts';
import { kernelParameters, unique, uniqueFilesystems, type Requirements } from './requirements.ts';

/** The tailoring is no valid blueprint; the message names the member. */
export class MalformedTailoringError extends Error {
  override readonly name = 'MalformedTailoringError';
}

type Table = Readonly<Record<string, unknown>>;

const fail = (where: string, expected: string): never => {
  throw new MalformedTailoringError(`${where} must be ${expected}`);
};

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// Readers of one member: absent members are empty, members of another type are errors.

const table = (parent: Table, key: string): Table => {
  const value = parent[key] ?? {};
  return isTable(value) ? value : fail(key, 'a table');
};

const list = (parent: Table, key: string): readonly unknown[] => {
  const value = parent[key] ?? [];
  return Array.isArray(value) ? value : fail(key, 'a list');
};

const tables = (parent: Table, key: string): Table[] =>
  list(parent, key).map((value) => (isTable(value) ? value : fail(key, 'a list of tables')));

const text = (parent: Table, key: string): string => {
  const value = parent[key] ?? '';
  return typeof value === 'string' ? value : fail(key, 'a text');
};

const texts = (parent: Table, key: string): string[] =>
  list(parent, key).map((value) => (typeof value === 'string' ? value : fail(key, 'a list of texts')));

const packageName = (item: Table): string => {
  const name = text(item, 'name');
  const version = text(item, 'version');
  return version === '' || version === '*' ? name : `${name}-${version}`;
};

const size = (filesystem: Table): number => {
  const given = [filesystem['size'], filesystem['minsize']].filter((value) => value !== undefined);
  if (given.length !== 1) fail('a file system', 'given with either size or minsize');
  const bytes = typeof given[0] === 'string' ? parseDataSize(given[0]) : given[0];
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes <= 0) {
    return fail('the size of a file system', 'a number of bytes, or a number with a unit, above zero');
  }
  return bytes;
};

const toRequirements = (document: Table): Requirements => {
  const customizations = table(document, 'customizations');
  const services = table(customizations, 'services');
  const kernel = table(customizations, 'kernel');
  const fips = customizations['fips'] ?? false;
  const packages = [...tables(document, 'packages'), ...tables(document, 'modules')].map(packageName);
  const groups = tables(document, 'groups').map((group) => `@${text(group, 'name')}`);
  return {
    packages: unique([...packages, ...groups].filter((name) => name !== '' && name !== '@')),
    filesystem: uniqueFilesystems(
      tables(customizations, 'filesystem').map((filesystem) => ({
        mountpoint: text(filesystem, 'mountpoint'),
        min_size: size(filesystem),
      })),
    ),
    services: {
      enabled: unique(texts(services, 'enabled')),
      masked: unique(texts(services, 'masked')),
      disabled: unique(texts(services, 'disabled')),
    },
    kernel: { name: text(kernel, 'name') || null, parameters: unique(kernelParameters(text(kernel, 'append'))) },
    fips: typeof fips === 'boolean' ? fips : fail('fips', 'true or false'),
  };
};

/** Parses a tailoring, an on-premise blueprint in TOML; ignores other members. @throws MalformedTailoringError */
export function parseTailoring(toml: string): Requirements {
  let document: Table;
  try {
    document = parse(toml);
  } catch (error) {
    throw new MalformedTailoringError((error as Error).message, { cause: error });
  }
  return toRequirements(document);
}
