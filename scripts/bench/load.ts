/** A request of a load. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path and query below the address of the server. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Stands in a body for a number that differs in every request. The number has as many digits. */
export const COUNTER = '@@@@@@@@@@@@';

/** What a load generator saw. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface LoadSettings {
  readonly connections: number;
  readonly seconds: number;
  /** The prepared requests: see `prepared.ts`. */
  readonly file: string;
  /** Where the counter starts. */
  readonly counter: number;
  /** Requests that are sent once each, from one number to another; `null` to send all of them in rotation. */
  readonly once: { readonly from: number; readonly to: number } | null;
}

/** Loads a server with prepared requests. @throws LoadError when a response was not 2xx, or none came */
export type LoadGenerator = (origin: string, settings: LoadSettings, signal: AbortSignal) => Promise<Load>;

/** A load that gives no figures: a request got no response, or one that is not 2xx. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

/** Seconds a response may take. A slower one is a failure. */
export const RESPONSE_SECONDS = 30;
