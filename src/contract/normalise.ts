import { resolveSchema, type ContractDocument, type Schema } from './schema.ts';
import { compileWatcher, prependKey, reportUnknown, type UnknownMember } from './unknown-members.ts';

/** Prepares a parsed body for validation, in place. @param unknown receives the unknown members */
export type Normaliser = (value: unknown, unknown?: UnknownMember[]) => void;

interface Member {
  readonly fallback: unknown;
  readonly replacesNull: boolean;
  readonly dropsEmpty: boolean;
  readonly run: Normaliser;
}

const noop: Normaliser = () => {};

/** `false` for a `NumberLiteral`. */
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Runs a normaliser on a part of a value. @param key of the part */
const runAt = (run: Normaliser, part: unknown, key: string | number, unknown: UnknownMember[] | undefined): void => {
  if (unknown === undefined) {
    run(part);
    return;
  }
  const from = unknown.length;
  run(part, unknown);
  if (unknown.length > from) prependKey(unknown, from, key);
};

/** Unions stay as sent: their unknown members are reported only. */
const compileUnion = (document: ContractDocument, schema: Schema): Normaliser => {
  const watch = compileWatcher(document, [schema]);
  return watch === null ? noop : (value, unknown) => unknown && watch(value, unknown);
};

/**
 * Compiles a schema to a function that drops unknown members (unless the schema forbids them) and empty texts that
 * stand for no value, and sets defaults. Unions (`oneOf`, `anyOf`) stay as sent. It reports unknown members of both.
 */
export function compileNormaliser(
  document: ContractDocument,
  given: Schema,
  seen: ReadonlyMap<Schema, { run: Normaliser }> = new Map(),
): Normaliser {
  const schema = resolveSchema(document, given);
  const known = seen.get(schema);
  if (known) return (value, unknown) => known.run(value, unknown);
  const self = { run: noop };
  const inner = new Map(seen).set(schema, self);

  if (schema.items) {
    const item = compileNormaliser(document, schema.items, inner);
    if (item !== noop) {
      self.run = (value, unknown) => {
        if (!Array.isArray(value)) return;
        for (let i = 0; i < value.length; i += 1) runAt(item, value[i], i, unknown);
      };
    }
  } else if (schema.properties) {
    const members = new Map(
      Object.entries(schema.properties).map(([name, property]): [string, Member] => {
        const resolved = resolveSchema(document, property);
        // Compatibility: `null` of an optional member means its default.
        const replacesNull =
          resolved.default !== undefined && resolved.nullable !== true && !schema.required?.includes(name);
        const dropsEmpty = resolved['x-go-type-skip-optional-pointer'] === true;
        const run = compileNormaliser(document, property, inner);
        return [name, { fallback: resolved.default, replacesNull, dropsEmpty, run }];
      }),
    );
    const defaults = [...members].flatMap(([name, { fallback }]) =>
      fallback === undefined ? [] : [[name, fallback] as const],
    );
    const forbidsOthers = schema.additionalProperties === false;
    const object = { known: [...members.keys()], isForbidden: forbidsOthers };
    const allowsOthers = schema.additionalProperties === true;
    self.run = (value, unknown) => {
      if (!isObject(value)) return;
      for (const name of Object.keys(value)) {
        const member = members.get(name);
        if (!member) {
          if (allowsOthers) continue;
          if (unknown) reportUnknown(unknown, name, object);
          if (!forbidsOthers) delete value[name];
        } else if (value[name] === null && member.replacesNull) delete value[name];
        else if (value[name] === '' && member.dropsEmpty) delete value[name];
        else if (member.run !== noop) runAt(member.run, value[name], name, unknown);
      }
      for (const [name, fallback] of defaults) if (value[name] === undefined) value[name] = fallback;
    };
  } else if (typeof schema.additionalProperties === 'object') {
    const value = compileNormaliser(document, schema.additionalProperties, inner);
    if (value !== noop) {
      self.run = (map, unknown) => {
        if (isObject(map)) for (const [key, item] of Object.entries(map)) runAt(value, item, key, unknown);
      };
    }
  } else if (schema.oneOf ?? schema.anyOf) self.run = compileUnion(document, schema);
  return self.run === noop ? noop : self.run;
}
