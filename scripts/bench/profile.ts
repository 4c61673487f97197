import { basename } from 'node:path';

/** A processor profile as V8's inspector gives it, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface Cost {
  readonly what: string;
  /** Part of the busy time. */
  readonly part: number;
}

export interface ProfileSummary {
  /** By function: where it stands. */
  readonly functions: readonly Cost[];
  /** By package, folder of the service, or part of node. */
  readonly places: readonly Cost[];
}

/** What takes no processor time. */
const IDLE = '(idle)';

const placeOf = (url: string, name: string): string => {
  const packages = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1];
  if (packages !== undefined) return packages;
  const source = /\/(src\/[^/]+|generated|scripts)(?:\/|$)/.exec(url)?.[1];
  if (source !== undefined) return source;
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  return name.startsWith('(') ? name : 'native and compiled code';
};

const costs = (times: ReadonlyMap<string, number>, busy: number): readonly Cost[] =>
  [...times].map(([what, time]) => ({ what, part: time / busy })).sort((a, b) => b.part - a.part);

/** Where the processor was while it was busy. */
export function summariseProfile({ nodes, samples, timeDeltas }: CpuProfile): ProfileSummary {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const [functions, places] = [new Map<string, number>(), new Map<string, number>()];
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = byId.get(id) ?? { functionName: '(unknown)', url: '', lineNumber: 0 };
    if (functionName === IDLE) continue;
    const time = timeDeltas[index] ?? 0;
    const name = functionName || '(anonymous)';
    const where = url === '' ? name : `${name} ${basename(url)}:${lineNumber + 1}`;
    const place = placeOf(url, name);
    functions.set(where, (functions.get(where) ?? 0) + time);
    places.set(place, (places.get(place) ?? 0) + time);
    busy += time;
  }
  return { functions: costs(functions, busy), places: costs(places, busy) };
}
