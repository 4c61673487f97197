// What a client makes of a patch (RFC 6902). Libraries refuse or drop members named `__proto__` and `constructor`, which
// JSON allows: it is the patch that is tested here, not their caution.
import { expect } from 'chai';

interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** Values by index or by name: a map has no member but those that were set. */
type Container = unknown[] | Map<string, unknown>;

const toMaps = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toMaps);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, toMaps(member)]));
};

const fromMaps = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fromMaps);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...(value as Map<string, unknown>)].map(([name, member]) => [name, fromMaps(member)]));
};

const child = (container: Container, key: string): unknown =>
  Array.isArray(container) ? container[Number(key)] : container.get(key);

/** Whether an operation may name that key: only `add` names what is not there. */
const exists = (container: Container, key: string, op: PatchOperation['op']): boolean => {
  if (!Array.isArray(container)) return op === 'add' || container.has(key);
  return /^(?:0|[1-9]\d*)$/.test(key) && Number(key) < container.length + (op === 'add' ? 1 : 0);
};

const change = (container: Container, key: string, { op, value }: PatchOperation): void => {
  if (Array.isArray(container))
    container.splice(Number(key), op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [toMaps(value)]));
  else if (op === 'remove') container.delete(key);
  else container.set(key, toMaps(value));
};

/**
 * Applies a patch, as it is sent, to a JSON value.
 * @returns the patched value; the one given stays as it is
 */
export function patched(before: unknown, patch: unknown): unknown {
  // A list around the value, so that the value itself can be replaced.
  const document = [toMaps(before)];
  for (const operation of JSON.parse(JSON.stringify(patch)) as PatchOperation[]) {
    const [, ...names] = `/0${operation.path}`
      .split('/')
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    const key = names.pop() ?? '';
    const container = names.reduce<unknown>((parent, name) => child(parent as Container, name), document) as Container;
    const has = exists(container, key, operation.op);
    expect(has, `${operation.op} ${operation.path} in ${JSON.stringify(before)}`).to.equal(true);
    change(container, key, operation);
  }
  return fromMaps(document[0]);
}
