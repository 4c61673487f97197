import type { Kind } from './objectives.ts';

/** Ids and names of existing objects for requests. */
export interface Subjects {
  readonly distribution: string;
  /** Ids of composes, the newest last. The run adds its own. */
  readonly composes: string[];
  readonly blueprints: readonly string[];
}

export interface MixEntry {
  readonly kind: Kind;
  /** Method and path, parameters named as in the contract. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Path and query below the API's address; `null` without a target. */
  readonly path: (subjects: Subjects) => string | null;
  readonly body?: (subjects: Subjects) => unknown;
  /** Relative frequency among the requests of its kind. */
  readonly weight: number;
}

const read = (weight: number, name: string, path: MixEntry['path']): MixEntry => ({
  ...{ kind: 'read', method: 'GET', name: `GET ${name}`, path, weight },
});

const of = (id: string | undefined, path: (id: string) => string): string | null =>
  id === undefined ? null : path(id);

/**
 * The requests of the web console, in about its proportions: mostly polls of a compose and lists, package searches while a user
 * types, and occasionally the rest.
 */
export const MIX: readonly MixEntry[] = [
  read(6, '/composes/{composeId}', ({ composes }) => of(composes.at(-1), (id) => `/composes/${id}`)),
  read(1, '/composes/{composeId}/metadata', ({ composes }) => of(composes.at(-1), (id) => `/composes/${id}/metadata`)),
  read(3, '/composes', () => '/composes?limit=10'),
  read(1, '/composes, page of 100', () => '/composes?limit=100'),
  read(3, '/blueprints', () => '/blueprints?limit=10'),
  read(2, '/blueprints/{id}', ({ blueprints }) => of(blueprints[0], (id) => `/blueprints/${id}`)),
  read(1, '/blueprints/{id}/composes', ({ blueprints }) => of(blueprints[0], (id) => `/blueprints/${id}/composes`)),
  read(1, '/distributions', () => '/distributions'),
  read(1, '/architectures/{distribution}', ({ distribution }) => `/architectures/${distribution}`),
  ...['vim', 'python', 'k'].map((search) =>
    read(
      1,
      `/packages, search=${search}`,
      ({ distribution }) => `/packages?distribution=${distribution}&architecture=x86_64&search=${search}`,
    ),
  ),
  read(1, '/oscap/{distribution}/profiles', ({ distribution }) => `/oscap/${distribution}/profiles`),
  {
    ...{ kind: 'build', method: 'POST', name: 'POST /compose', path: () => '/compose', weight: 1 },
    body: ({ distribution }) => ({
      distribution,
      image_name: 'load test',
      image_requests: [
        { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
      ],
      customizations: { packages: ['vim-enhanced', 'tmux'] },
    }),
  },
];

/** A request and when it is due, in milliseconds from the start. */
export interface Arrival {
  readonly at: number;
  readonly entry: MixEntry;
}

/** Repeats entries by their weight, and spreads equal ones evenly. */
const cycleOf = (entries: readonly MixEntry[]): readonly MixEntry[] =>
  entries
    .flatMap((entry) => Array.from({ length: entry.weight }, (_, i) => ({ entry, place: (i + 0.5) / entry.weight })))
    .toSorted((a, b) => a.place - b.place)
    .map(({ entry }) => entry);

/** The due time of every request: evenly spaced for each kind, independent of responses. */
export function planArrivals(
  mix: readonly MixEntry[],
  rates: Readonly<Record<Kind, number>>,
  seconds: number,
): readonly Arrival[] {
  return (['read', 'build'] as const)
    .flatMap((kind) => {
      const cycle = cycleOf(mix.filter((entry) => entry.kind === kind));
      if (cycle.length === 0) return [];
      return Array.from({ length: Math.round(rates[kind] * seconds) }, (_, i) => ({
        at: (i * 1000) / rates[kind],
        entry: cycle[i % cycle.length] as MixEntry,
      }));
    })
    .toSorted((a, b) => a.at - b.at);
}
