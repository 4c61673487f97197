import { resolveSchema, type ContractDocument, type Schema } from './schema.ts';

/** A member or parameter that the contract does not have. */
export interface UnknownMember {
  /** Keys and indexes from the body to the member; the member itself is the last. */
  readonly path: (string | number)[];
  /** The names that the object has in the contract. */
  readonly known: readonly string[];
  /** Whether the schema forbids it, so that it is a violation. */
  readonly isForbidden: boolean;
}

/** Unknown members of one request; others are too many to be reported. */
const MAX_UNKNOWN = 50;

/** Reports an unknown member of the object that is being walked. */
export function reportUnknown(
  unknown: UnknownMember[],
  name: string,
  { known, isForbidden }: Pick<UnknownMember, 'known' | 'isForbidden'>,
): void {
  if (unknown.length < MAX_UNKNOWN) unknown.push({ path: [name], known, isForbidden });
}

/** Puts the key of a value before the paths of what was found in it. @param from number of what was found before */
export function prependKey(unknown: UnknownMember[], from: number, key: string | number): void {
  for (let i = from; i < unknown.length; i += 1) unknown[i]?.path.unshift(key);
}

/** Reports the unknown members of a value, and leaves it as it is. */
type Watcher = (value: unknown, unknown: UnknownMember[]) => void;

/** The branches of unions, and of unions in them. */
const branchesOf = (document: ContractDocument, schema: Schema): readonly Schema[] => {
  const resolved = resolveSchema(document, schema);
  const union = resolved.oneOf ?? resolved.anyOf;
  return union ? union.flatMap((branch) => branchesOf(document, branch)) : [resolved];
};

const watchItems = (document: ContractDocument, branches: readonly Schema[]): Watcher | null => {
  const watch = compileWatcher(
    document,
    branches.flatMap(({ items }) => items ?? []),
  );
  if (watch === null) return null;
  return (value, unknown) => {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) {
      const from = unknown.length;
      watch(item, unknown);
      prependKey(unknown, from, index);
    }
  };
};

const watchMembers = (document: ContractDocument, branches: readonly Schema[]): Watcher | null => {
  const entries = branches.flatMap(({ properties = {} }) => Object.entries(properties));
  if (entries.length === 0 || branches.some(({ additionalProperties }) => additionalProperties)) return null;
  const schemas = Map.groupBy(entries, ([name]) => name);
  const object = { known: [...schemas.keys()], isForbidden: false };
  const members = new Map(
    [...schemas].map(([name, properties]) => [
      name,
      compileWatcher(
        document,
        properties.map(([, property]) => property),
      ),
    ]),
  );
  return (value, unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [name, member] of Object.entries(value)) {
      const watch = members.get(name);
      if (watch === undefined) reportUnknown(unknown, name, object);
      else if (watch !== null) {
        const from = unknown.length;
        watch(member, unknown);
        prependKey(unknown, from, name);
      }
    }
  };
};

/**
 * Compiles schemas, one of which a value has, to a function that reports the members that none of them has.
 * @returns `null` where there is nothing to report
 */
export function compileWatcher(document: ContractDocument, schemas: readonly Schema[]): Watcher | null {
  const branches = schemas.flatMap((schema) => branchesOf(document, schema));
  if (branches.length === 0) return null;
  const items = watchItems(document, branches);
  const members = watchMembers(document, branches);
  if (items === null) return members;
  return (value, unknown) => {
    items(value, unknown);
    members?.(value, unknown);
  };
}
