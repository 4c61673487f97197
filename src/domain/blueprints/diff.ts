import { createPatch, type Operation, type Pointer } from 'rfc6902';
import type { components } from '../../../generated/image-builder.ts';

type PatchOperation = components['schemas']['JsonPatchOperation'];

/**
 * Compared pairs of items per patch. Beyond it, lists are compared by position: the patch may be longer, but the time
 * is bounded.
 */
const MAX_COMPARED_PAIRS = 250_000;

/** Operations per list or object; beyond it, the patch replaces the whole value. */
const MAX_OPERATIONS = 1_000;

/** A list item, as JSON text, with its identifying name if any. */
interface Item {
  readonly text: string;
  readonly name: string | undefined;
}

const IDENTIFYING_MEMBERS = ['name', 'path', 'mountpoint', 'id', 'source', 'image_type'] as const;

const toItem = (value: unknown): Item => {
  const text = JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return { text, name: undefined };
  const name = IDENTIFYING_MEMBERS.map((key) => (value as Record<string, unknown>)[key]).find(
    (found) => typeof found === 'string',
  );
  return { text, name: name };
};

/** Corresponding indexes of two lists, in order; `null` for an added or removed item. */
type Alignment = Iterable<readonly [before: number | null, after: number | null]>;

/** Costs of adding or removing an item, and of replacing it. */
const MOVE_COST = 1;
const REPLACE_COST = 2;

/** Cost of turning one item into another; less for items with the same name. */
const costOf = (before: Item | undefined, after: Item | undefined): number => {
  if (before?.text === after?.text) return 0;
  return before?.name !== undefined && before.name === after?.name ? 1 : REPLACE_COST;
};

/** The cheapest alignment (Levenshtein). Time and memory grow with the number of pairs. */
const cheapestAlignment = (before: readonly Item[], after: readonly Item[]): Alignment => {
  const width = after.length + 1;
  const costs = new Uint32Array((before.length + 1) * width);
  const cost = (i: number, j: number): number => (i < 0 || j < 0 ? Infinity : (costs[i * width + j] ?? 0));
  const replaceCost = (i: number, j: number): number => cost(i - 1, j - 1) + costOf(before[i - 1], after[j - 1]);
  for (let i = 0; i <= before.length; i += 1) {
    for (let j = i === 0 ? 1 : 0; j <= after.length; j += 1) {
      costs[i * width + j] = Math.min(replaceCost(i, j), cost(i - 1, j) + MOVE_COST, cost(i, j - 1) + MOVE_COST);
    }
  }
  const alignment: [number | null, number | null][] = [];
  let [i, j] = [before.length, after.length];
  while (i > 0 || j > 0) {
    if (cost(i, j) === replaceCost(i, j)) alignment.push([(i -= 1), (j -= 1)]);
    else if (cost(i, j) === cost(i - 1, j) + MOVE_COST) alignment.push([(i -= 1), null]);
    else alignment.push([null, (j -= 1)]);
  }
  return alignment.reverse();
};

const positionalAlignment = function* (before: readonly Item[], after: readonly Item[]): Alignment {
  for (let at = 0; at < before.length || at < after.length; at += 1) {
    yield [at < before.length ? at : null, at < after.length ? at : null];
  }
};

/** Length of the common part of two lists, from one end. */
const commonLength = (limit: number, isSameAt: (distance: number) => boolean): number => {
  let length = 0;
  while (length < limit && isSameAt(length)) length += 1;
  return length;
};

const replaceAll = (value: unknown, pointer: Pointer): Operation[] => [
  { op: 'replace', path: pointer.toString(), value },
];

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const hasManyMembers = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > MAX_OPERATIONS;

/** The JSON Patch (RFC 6902) from one JSON value to another. Compares raw numbers (`stored-json.ts`) as text. */
export function patchBetween(before: unknown, after: unknown): PatchOperation[] {
  let pairsLeft = MAX_COMPARED_PAIRS;

  const align = (a: readonly Item[], b: readonly Item[]): Alignment => {
    const pairs = a.length * b.length;
    if (pairs > pairsLeft) return positionalAlignment(a, b);
    pairsLeft -= pairs;
    return cheapestAlignment(a, b);
  };

  const compareLists = (input: readonly unknown[], output: readonly unknown[], pointer: Pointer): Operation[] => {
    const [a, b] = [input.map(toItem), output.map(toItem)];
    const shorter = Math.min(a.length, b.length);
    const head = commonLength(shorter, (at) => a[at]?.text === b[at]?.text);
    const tail = commonLength(shorter - head, (at) => a.at(-1 - at)?.text === b.at(-1 - at)?.text);
    const operations: Operation[] = [];
    // Index in the patched list, which earlier operations have shifted.
    let index = head;
    for (const [from, to] of align(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
      const path = pointer.add(String(index)).toString();
      const value = to === null ? undefined : output[head + to];
      if (from === null) operations.push({ op: 'add', path, value });
      else if (to === null) operations.push({ op: 'remove', path });
      else {
        const nested = createPatch(input[head + from], value, compare);
        for (const operation of nested) operations.push({ ...operation, path: path + operation.path });
      }
      if (operations.length > MAX_OPERATIONS) return replaceAll(output, pointer);
      if (to !== null) index += 1;
    }
    return operations;
  };

  const compare = (input: unknown, output: unknown, pointer: Pointer): Operation[] | undefined => {
    if (Array.isArray(input) && Array.isArray(output)) return compareLists(input, output, pointer);
    // Raw JSON numbers are objects in JavaScript.
    if (!JSON.isRawJSON(input) && !JSON.isRawJSON(output) && !hasManyMembers(input) && !hasManyMembers(output))
      return undefined;
    return isSame(input, output) ? [] : replaceAll(output, pointer);
  };

  return createPatch(before, after, compare);
}
