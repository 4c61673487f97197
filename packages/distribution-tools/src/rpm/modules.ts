import { Composer, Parser } from 'yaml';

/** A stream of a module, in its newest version. */
export interface ModuleStream {
  readonly name: string;
  readonly stream: string;
  readonly summary: string;
  /** Whether its packages are available without enabling it. */
  readonly isDefault: boolean;
}

/** What the modules of a repository mean for its packages. */
export interface ModuleFilter {
  /**
   * Whether a package is available while no module is enabled: packages of other streams than the default ones
   * are not, and neither are packages outside of modules where an active stream has those of that name.
   */
  readonly admits: (found: {
    readonly name: string;
    /** `name-epoch:version-release.arch` */
    readonly nevra: string;
    readonly provides: readonly string[];
  }) => boolean;
}

export interface Modules {
  readonly streams: readonly ModuleStream[];
  readonly filter: ModuleFilter;
}

type Node = string | readonly Node[] | { readonly [key: string]: Node } | null | undefined;

/** A document about one version of a stream. */
interface StreamDocument {
  readonly name: string;
  readonly stream: string;
  readonly version: bigint;
  readonly summary: string;
  readonly artifacts: readonly string[];
  readonly demodularized: readonly string[];
  /** Modules it needs, with the streams that will do; none for any. */
  readonly requires: readonly (readonly [module: string, streams: readonly string[]])[];
}

const at = (node: Node, ...keys: readonly string[]): Node =>
  keys.reduce<Node>(
    (value, key) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, Node>)[key]
        : undefined,
    node,
  );
const textOf = (node: Node): string => (typeof node === 'string' ? node : '');
const listOf = (node: Node): readonly Node[] => (Array.isArray(node) ? (node as readonly Node[]) : []);
const textsOf = (node: Node): string[] => listOf(node).filter((item) => typeof item === 'string');
const entriesOf = (node: Node): [string, Node][] =>
  typeof node === 'object' && node !== null && !Array.isArray(node) ? Object.entries(node) : [];

const versionOf = (node: Node): bigint => (/^\d+$/.test(textOf(node)) ? BigInt(textOf(node)) : 0n);

/**
 * The modules that a stream needs. Documents of version 2 have a list of alternatives, older ones a single mapping; all
 * alternatives count, since which of them applies changes no name of a package.
 */
const requiresOf = (data: Node): [string, string[]][] => {
  const dependencies = at(data, 'dependencies');
  const alternatives = Array.isArray(dependencies) ? listOf(dependencies) : [dependencies];
  return alternatives
    .flatMap((alternative) => entriesOf(at(alternative, 'requires')))
    .filter(([module]) => module !== 'platform')
    .map(([module, streams]) => [module, typeof streams === 'string' ? [streams] : textsOf(streams)]);
};

const toStream = (data: Node): StreamDocument => ({
  name: textOf(at(data, 'name')),
  stream: textOf(at(data, 'stream')),
  version: versionOf(at(data, 'version')),
  summary: textOf(at(data, 'summary')).replaceAll(/\s+/g, ' ').trim(),
  artifacts: textsOf(at(data, 'artifacts', 'rpms')),
  demodularized: textsOf(at(data, 'demodularized', 'rpms')),
  requires: requiresOf(data),
});

/** Name of a package by its `name-epoch:version-release.arch`. */
const nameOf = (nevra: string): string => nevra.replace(/-[^-]*-[^-]*$/, '');

/** All documents of a stream of YAML documents, each let go of before the next one is read. */
async function* readDocuments(text: AsyncIterable<Uint8Array>): AsyncGenerator<Node> {
  // Every scalar is text: the stream `1.10` is not the number 1.1.
  const composer = new Composer({ schema: 'failsafe', logLevel: 'silent' });
  const parser = new Parser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const toNodes = function* (tokens: Iterable<Parameters<Composer['next']>[0]>): Generator<Node> {
    for (const token of tokens) {
      for (const document of composer.next(token)) {
        const [error] = document.errors;
        if (error) throw new Error(`is no YAML: ${error.message.replaceAll(/\s+/g, ' ')}`);
        yield document.toJS() as Node;
      }
    }
  };
  for await (const piece of text) yield* toNodes(parser.parse(decoder.decode(piece, { stream: true }), true));
  yield* toNodes(parser.parse(decoder.decode()));
  for (const document of composer.end()) {
    const [error] = document.errors;
    if (error) throw new Error(`is no YAML: ${error.message.replaceAll(/\s+/g, ' ')}`);
    yield document.toJS() as Node;
  }
}

const keyOf = ({ name, stream }: { readonly name: string; readonly stream: string }): string => `${name}:${stream}`;

/** The streams whose packages are available: default streams, and the streams that these need. */
const activeStreams = (
  documents: readonly StreamDocument[],
  defaults: ReadonlyMap<string, string>,
): ReadonlySet<string> => {
  const chosen = new Map(defaults);
  for (;;) {
    const before = chosen.size;
    for (const document of documents) {
      if (chosen.get(document.name) !== document.stream) continue;
      for (const [name, wanted] of document.requires) {
        if (chosen.has(name)) continue;
        const stream = wanted.find((each) => documents.some((other) => other.name === name && other.stream === each));
        if (stream !== undefined) chosen.set(name, stream);
      }
    }
    if (chosen.size === before) break;
  }
  return new Set([...chosen].map(([name, stream]) => keyOf({ name, stream })));
};

const createFilter = (
  documents: readonly StreamDocument[],
  newest: ReadonlyMap<string, StreamDocument>,
  active: ReadonlySet<string>,
): ModuleFilter => {
  const included = new Set<string>();
  const excluded = new Set<string>();
  const names = new Set<string>();
  const demodularized = new Set<string>();
  for (const document of documents) {
    const isActive = active.has(keyOf(document));
    for (const nevra of document.artifacts) {
      (isActive ? included : excluded).add(nevra);
      // Source packages replace no binary ones.
      if (isActive && !/\.(?:src|nosrc)$/.test(nevra)) names.add(nameOf(nevra));
    }
    const isNewest = newest.get(keyOf(document))?.version === document.version;
    if (isActive && isNewest) document.demodularized.forEach((name) => demodularized.add(name));
  }
  for (const name of demodularized) names.delete(name);
  return {
    admits: ({ name, nevra, provides }) =>
      included.has(nevra) ||
      !(excluded.has(nevra) || names.has(name) || provides.some((provided) => names.has(provided))),
  };
};

/**
 * Reads `modules.yaml`: the streams of a repository, and the packages that they leave available.
 * @throws Error when the text is no YAML
 */
export async function readModules(text: AsyncIterable<Uint8Array>): Promise<Modules> {
  const documents: StreamDocument[] = [];
  const defaults = new Map<string, { readonly stream: string; readonly modified: bigint }>();
  for await (const document of readDocuments(text)) {
    const kind = at(document, 'document');
    const data = at(document, 'data');
    if (kind === 'modulemd') {
      const stream = toStream(data);
      if (stream.name !== '' && stream.stream !== '') documents.push(stream);
    } else if (kind === 'modulemd-defaults') {
      const name = textOf(at(data, 'module'));
      const modified = versionOf(at(data, 'modified'));
      if (modified >= (defaults.get(name)?.modified ?? 0n)) {
        defaults.set(name, { stream: textOf(at(data, 'stream')), modified });
      }
    }
  }
  const newest = new Map<string, StreamDocument>();
  for (const document of documents) {
    const known = newest.get(keyOf(document));
    if (known === undefined || document.version > known.version) newest.set(keyOf(document), document);
  }
  const byDefault = new Map([...defaults].flatMap(([name, { stream }]) => (stream === '' ? [] : [[name, stream]])));
  const streams = [...newest.values()].map(({ name, stream, summary }) => ({
    ...{ name, stream, summary },
    isDefault: byDefault.get(name) === stream,
  }));
  return { streams, filter: createFilter(documents, newest, activeStreams(documents, byDefault)) };
}
