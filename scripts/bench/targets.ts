// What is measured, and the figures to beat. Those of the original service were measured once, as
// docs/performance.md describes: a fleet, one process, PostgreSQL 15, `LOG_LEVEL=INFO`.

/** Figures of the original service at a number of connections. */
export interface Original {
  /** Requests per second divided by those of the bare server. */
  readonly ratio: number;
  /** Latencies in milliseconds; `null` where they were not recorded. */
  readonly latency: readonly [p50: number, p99: number] | null;
  /** Microseconds of processor time of a request: service and database; `null` where they were not recorded. */
  readonly processorTime: readonly [service: number, database: number | null] | null;
}

export interface RowDefinition {
  readonly name: string;
  /** The request as the table shows it. */
  readonly request: string;
  /** Whether the request changes what is stored. */
  readonly writes: boolean;
  /** Whether every request is sent once before the row is measured: the first read of what was adopted is a row of its own. */
  readonly primed: boolean;
  /** Connections that are measured unless the command line names others; `null` for the usual ones. */
  readonly connections: readonly number[] | null;
  /** Requests per second divided by the original's, by number of connections. */
  readonly targets: Readonly<Record<number, number>>;
  /** The original's figures by number of connections. */
  readonly original: Readonly<Record<number, Original>>;
}

const at = (
  ratio: number,
  latency: Original['latency'] = null,
  processorTime: Original['processorTime'] = null,
): Original => ({ ratio, latency, processorTime });

/** With one connection the rate is the inverse of the latency: 1.5 times the original's p50 are two thirds of its rate. */
const COMPOSE_TARGETS = { 32: 1, 4: 0.7, 1: 1 / 1.5 };

const everywhere = (target: number): RowDefinition['targets'] => ({ 32: target, 4: target, 2: target, 1: target });

interface Given {
  readonly writes?: boolean;
  readonly primed?: boolean;
  readonly connections?: readonly number[];
}

const defineRow = <const Name extends string>(
  name: Name,
  request: string,
  targets: RowDefinition['targets'],
  original: RowDefinition['original'],
  { writes = false, primed = false, connections }: Given = {},
): RowDefinition & { readonly name: Name } => ({
  ...{ name, request, writes, primed, connections: connections ?? null, targets, original },
});

const [IN_MEMORY, LIST, BY_ID, BLUEPRINT] = [everywhere(1.3), everywhere(1.5), everywhere(2), everywhere(1)];
const WRITES = { writes: true };
const STORED = { primed: true };
/** The original has no figures at 32 connections: there it responds to none of these requests. */
const BLUEPRINT_WRITES = { writes: true, connections: [1, 2, 4, 32] };

export const ROWS = [
  defineRow('version', 'GET /version', IN_MEMORY, { 32: at(0.29, [1.5, 13], [99, null]) }),
  defineRow('distributions', 'GET /distributions', IN_MEMORY, { 32: at(0.16, [3.9, 49], [92, null]) }),
  defineRow('architectures', 'GET /architectures/centos-9', IN_MEMORY, { 32: at(0.14, [6, 47], [127, null]) }),
  defineRow('packages-vim', 'GET /packages, search=vim', IN_MEMORY, { 32: at(0.074, [8.2, 79], [206, null]) }),
  defineRow('packages-python', 'GET /packages, search=python', IN_MEMORY, { 32: at(0.073, [17, 148], [281, null]) }),
  defineRow('oscap-profiles', 'GET /oscap/rhel-9/profiles', IN_MEMORY, { 32: at(0.19, [4.6, 55], [76, null]) }),
  defineRow('openapi', 'GET /openapi.json', IN_MEMORY, { 32: at(0.005, [104, 703], [5_744, null]) }),
  defineRow('composes-100', 'GET /composes (40)', LIST, { 32: at(0.016, [34, 59], [1_240, null]) }, STORED),
  defineRow(
    ...(['composes-10', 'GET /composes?limit=10', LIST] as const),
    { 32: at(0.022, [24, 40], [617, null]), 4: at(0.024, [2.6, 8]), 1: at(0.056, [1.4, 4]) },
    STORED,
  ),
  defineRow('blueprints', 'GET /blueprints (20)', LIST, { 32: at(0.049, [9.2, 26], [262, null]) }, STORED),
  defineRow('blueprint', 'GET /blueprints/{id}', BY_ID, { 32: at(0.112, [4.2, 12], [161, null]) }, STORED),
  defineRow(
    ...(['compose-status', 'GET /composes/{id}, finished', BY_ID] as const),
    { 32: at(0.068, [7.9, 26], [291, null]), 4: at(0.054, [1.3, 7.1]), 1: at(0.11, [0.8, 3.4]) },
    STORED,
  ),
  defineRow('first-read', 'GET /composes/{id}, first read of an adopted compose', {}, {}, WRITES),
  defineRow(
    ...(['compose', 'POST /compose', COMPOSE_TARGETS] as const),
    { 32: at(0.025, [28, 63], [655, 597]), 4: at(0.024, [3.9, 14]), 1: at(0.047, [1.6, 5.7]) },
    WRITES,
  ),
  defineRow(
    ...(['blueprint-compose', 'POST /blueprints/{id}/compose', COMPOSE_TARGETS] as const),
    { 32: at(0.024, [35, 62], [657, 821]) },
    WRITES,
  ),
  defineRow(
    ...(['create-blueprint', 'POST /blueprints', BLUEPRINT] as const),
    { 2: at(0.044, [1.7, 6.8], [708, 466]) },
    BLUEPRINT_WRITES,
  ),
  defineRow(
    ...(['update-blueprint', 'PUT /blueprints/{id}', BLUEPRINT] as const),
    { 2: at(0.032, [2.3, 8.9], [858, 703]) },
    BLUEPRINT_WRITES,
  ),
] as const;

export type RowName = (typeof ROWS)[number]['name'];

/** Start to first response in seconds, and memory in bytes. */
export const PROCESS_TARGETS = {
  start: { target: 0.5, original: '0.33–0.66 s' },
  before: { original: '62 MB' },
  after: { target: 150 * 1024 * 1024, original: '80 MB' },
} as const;

/** Of an idle process: statements per second, and parts of one processor. */
export const IDLE_TARGETS = { statements: 1, processor: 0.002 } as const;

interface LargeDefinition {
  readonly name: string;
  readonly request: string;
  /** How many times slower than the small tenant's request the request may be. */
  readonly allowed: number;
  /** The original's requests per second (p50), with 1,000,000 composes and 100,000 blueprints. */
  readonly original: string;
}

const defineLargeRows = <const Rows extends readonly LargeDefinition[]>(rows: Rows): Rows => rows;

/** Milliseconds that a request of the large tenant may take. */
export const LARGE_LATENCY = 150;

/** Requests of one large organization, each beside the same request of a small tenant. Deep pages stand beside first ones. */
export const LARGE_ROWS = defineLargeRows([
  { name: 'composes', request: 'GET /composes?limit=10', allowed: 1.5, original: '1.0 (2.6 s)' },
  { name: 'composes-deep', request: 'GET /composes, deep offset', allowed: 10, original: '-' },
  { name: 'composes-filter', request: 'GET /composes, one distribution', allowed: 1.5, original: '-' },
  { name: 'blueprints', request: 'GET /blueprints?limit=10', allowed: 1.5, original: '6 (1.1 s)' },
  { name: 'blueprints-deep', request: 'GET /blueprints, deep offset', allowed: 10, original: '-' },
  { name: 'blueprints-name', request: 'GET /blueprints, name=', allowed: 1.5, original: '-' },
  { name: 'blueprints-search', request: 'GET /blueprints, search= with one hit', allowed: 1.5, original: '-' },
  { name: 'blueprints-filter', request: 'GET /blueprints, one image type', allowed: 1.5, original: '-' },
  { name: 'compose', request: 'POST /compose', allowed: 1.5, original: '3.7 (1.6 s)' },
]);

export type LargeRowName = (typeof LARGE_ROWS)[number]['name'];
