import { BOUNDS, type LatencyBounds } from './objectives.ts';

export interface LoadOptions {
  /** Address of the API, version included, without a trailing slash; `null` starts a service. */
  readonly url: string | null;
  /** Headers of every request: the identity, if configured. */
  readonly headers: Readonly<Record<string, string>>;
  readonly readsPerSecond: number;
  readonly buildsPerSecond: number;
  readonly seconds: number;
  /** Latency that the objectives allow, in milliseconds. */
  readonly bounds: LatencyBounds;
  /** File of the report; `null` for a temporary file. */
  readonly report: string | null;
}

/** Invalid variables. The message has names and no values, since one of them may hold a credential. */
export class LoadOptionsError extends Error {
  override readonly name = 'LoadOptionsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws LoadOptionsError naming every invalid variable */
export function readLoadOptions(env: Environment): LoadOptions {
  const problems: string[] = [];
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const text = env[name];
    if (!text) return fallback;
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
    problems.push(`${name}: must be a number from ${least} to ${most}`);
    return fallback;
  };
  const url = (): string | null => {
    const text = env['LOAD_URL'];
    if (!text) return null;
    const parsed = URL.parse(text);
    if (parsed && /^https?:$/.test(parsed.protocol) && parsed.search === '' && parsed.username === '')
      return text.replace(/\/+$/, '');
    problems.push('LOAD_URL: must be an http or https URL, without credentials and query');
    return null;
  };
  const headers = (): Record<string, string> => {
    const value = env['LOAD_IDENTITY'];
    if (!value) return {};
    const name = env['LOAD_IDENTITY_HEADER'] || 'x-rh-identity';
    if (!/^[\w-]+$/.test(name)) problems.push('LOAD_IDENTITY_HEADER: must be the name of a header');
    if (!/^[ -~]+$/.test(value)) problems.push('LOAD_IDENTITY: must be one line of ASCII characters');
    return { [name]: value };
  };
  const options = {
    ...{ url: url(), headers: headers() },
    readsPerSecond: number('LOAD_READS_PER_SECOND', 100, 0, 10_000),
    // A remote service really builds the images: composes have to be requested explicitly.
    buildsPerSecond: number('LOAD_BUILDS_PER_SECOND', env['LOAD_URL'] ? 0 : 2, 0, 1_000),
    seconds: number('LOAD_DURATION_SECONDS', 60, 0.1, 86_400),
    bounds: {
      read: number('LOAD_READ_LATENCY_MS', BOUNDS.read, 1, 10_000),
      build: number('LOAD_BUILD_LATENCY_MS', BOUNDS.build, 1, 10_000),
    },
    report: env['LOAD_REPORT'] || null,
  };
  if (problems.length > 0) throw new LoadOptionsError(problems.join('\n'));
  return options;
}
