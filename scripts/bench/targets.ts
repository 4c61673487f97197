// What is measured, and what it is measured against. Figures of the original service come from the same method: one process,
// `LOG_LEVEL=ERROR`, wrk with one thread and 32 connections, ratios to a bare node:http server in the same round.

export interface RowDefinition {
  readonly name: string;
  /** The request as the table shows it. */
  readonly request: string;
  /** Requests per second as a part of the reference's; `null` for a row without a target. */
  readonly target: number | null;
  readonly original: number | null;
}

const defineRows = <const Rows extends readonly RowDefinition[]>(rows: Rows): Rows => rows;

export const ROWS = defineRows([
  { name: 'version', request: 'GET /version', target: 0.5, original: 0.39 },
  { name: 'distributions', request: 'GET /distributions', target: 0.5, original: 0.296 },
  { name: 'architectures', request: 'GET /architectures/centos-9', target: 0.5, original: 0.268 },
  { name: 'packages-vim', request: 'GET /packages, search=vim', target: 0.4, original: 0.138 },
  { name: 'packages-python', request: 'GET /packages, search=python', target: 0.35, original: 0.096 },
  { name: 'oscap-profiles', request: 'GET /oscap/rhel-9/profiles', target: 0.45, original: 0.31 },
  { name: 'composes-100', request: 'GET /composes, page of 100', target: 0.04, original: 0.011 },
  { name: 'composes-10', request: 'GET /composes?limit=10', target: 0.12, original: 0.041 },
  { name: 'blueprints', request: 'GET /blueprints (20)', target: 0.12, original: 0.078 },
  { name: 'blueprint', request: 'GET /blueprints/{id}', target: 0.18, original: 0.115 },
  { name: 'compose-status', request: 'GET /composes/{id}, finished', target: 0.2, original: 0.055 },
  { name: 'openapi', request: 'GET /openapi.json', target: 0.4, original: 0.0046 },
  { name: 'openapi-compressed', request: 'GET /openapi.json, gzip or br accepted', target: null, original: null },
  { name: 'compose', request: 'POST /compose', target: 0.03, original: 0.01 },
]);

export type Row = (typeof ROWS)[number];
export type RowName = Row['name'];

/** A row counts as ahead of the original from here on: this many times its ratio. */
export const AHEAD = 1.1;

/** Start to first answer in seconds, and memory after the load in bytes. */
export const PROCESS_TARGETS = {
  start: { target: 0.5, original: '0.6–1.0 s' },
  resident: { target: 150 * 1024 * 1024, original: '107 MB at the peak' },
} as const;

interface LargeDefinition {
  readonly name: string;
  readonly request: string;
  /** How many times slower than the small tenant's request it may be. */
  readonly allowed: number;
  /** The original's requests per second and latencies, with 1,000,000 composes and 100,000 blueprints. */
  readonly original: string;
}

const defineLargeRows = <const Rows extends readonly LargeDefinition[]>(rows: Rows): Rows => rows;

/** Requests of one organization with very much, each beside one of a small tenant. Deep pages stand beside first ones. */
export const LARGE_ROWS = defineLargeRows([
  { name: 'composes', request: 'GET /composes?limit=10', allowed: 1.5, original: '2.2 (2.9 s / 4.2 s)' },
  { name: 'composes-deep', request: 'GET /composes, deep offset', allowed: 10, original: 'none in 5 s' },
  { name: 'blueprints', request: 'GET /blueprints?limit=10', allowed: 1.5, original: '13 (0.59 s / 0.69 s)' },
  { name: 'blueprints-deep', request: 'GET /blueprints, deep offset', allowed: 10, original: '12 (0.66 s / 0.71 s)' },
  { name: 'blueprints-search', request: 'GET /blueprints, one hit', allowed: 1.5, original: '17 (0.47 s / 0.51 s)' },
  { name: 'compose', request: 'POST /compose', allowed: 1.5, original: '6 (1.1 s / 1.6 s)' },
]);

export type LargeRow = (typeof LARGE_ROWS)[number];
export type LargeRowName = LargeRow['name'];
