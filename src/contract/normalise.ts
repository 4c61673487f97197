import { resolveSchema, type ContractDocument, type Schema } from './schema.ts';

/** Prepares a parsed body for validation, in place. */
export type Normaliser = (value: unknown) => void;

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

/**
 * Compiles a schema to a function that drops unknown members (unless the schema forbids them) and empty texts that
 * stand for no value, and sets defaults. Unions (`oneOf`, `anyOf`) stay as sent.
 */
export function compileNormaliser(
  document: ContractDocument,
  given: Schema,
  seen: ReadonlyMap<Schema, { run: Normaliser }> = new Map(),
): Normaliser {
  const schema = resolveSchema(document, given);
  const known = seen.get(schema);
  if (known) return (value) => known.run(value);
  const self = { run: noop };
  const inner = new Map(seen).set(schema, self);

  if (schema.items) {
    const item = compileNormaliser(document, schema.items, inner);
    if (item !== noop) {
      self.run = (value) => {
        if (Array.isArray(value)) value.forEach(item);
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
    const allowsOthers = schema.additionalProperties === true;
    self.run = (value) => {
      if (!isObject(value)) return;
      for (const name of Object.keys(value)) {
        const member = members.get(name);
        if (!member) {
          if (!forbidsOthers && !allowsOthers) delete value[name];
        } else if (value[name] === null && member.replacesNull) delete value[name];
        else if (value[name] === '' && member.dropsEmpty) delete value[name];
        else member.run(value[name]);
      }
      for (const [name, fallback] of defaults) if (value[name] === undefined) value[name] = fallback;
    };
  } else if (typeof schema.additionalProperties === 'object') {
    const value = compileNormaliser(document, schema.additionalProperties, inner);
    if (value !== noop) {
      self.run = (map) => {
        if (isObject(map)) Object.values(map).forEach(value);
      };
    }
  }
  return self.run === noop ? noop : self.run;
}
