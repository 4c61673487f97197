/** A request that is repeated. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query below the address of the server. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

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
}

/** Loads a server with one request. @throws LoadError when anything but a 2xx answer came */
export type LoadGenerator = (
  origin: string,
  request: BenchRequest,
  settings: LoadSettings,
  signal: AbortSignal,
) => Promise<Load>;

/** A load that gives no figures: something was not answered, or not with 2xx. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

/** Seconds an answer may take. Slower ones are failures, and slower than that nothing should be. */
export const ANSWER_SECONDS = 30;
