import type { TransportSettings } from './transport.ts';

/** A command was called with invalid arguments. */
export class UsageError extends Error {}

/** Options of commands that read repositories. */
export const SOURCE_OPTIONS = {
  cert: { type: 'string' },
  key: { type: 'string' },
  cacert: { type: 'string' },
  mirror: { type: 'string', multiple: true },
  parallel: { type: 'string', default: '4' },
  timeout: { type: 'string', default: '30' },
} as const;

interface Values {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly cacert?: string | undefined;
  readonly mirror?: readonly string[] | undefined;
  readonly parallel: string;
  readonly timeout: string;
}

export interface SourceOptions {
  readonly settings: TransportSettings & { readonly clientCertificate: object | null };
  readonly parallel: number;
  /** Replaces the prefix of URLs as `--mirror` specifies. */
  readonly rewrite: (url: string) => string;
}

const RETRY_DELAY_MS = 1_000;

const wholeNumber = (option: string, text: string, most: number): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new UsageError(`--${option} ${text}: is a whole number from 1 to ${most}`);
};

const readMirror = (text: string): readonly [from: string, to: string] => {
  const at = text.indexOf('=');
  const [from, to] = [text.slice(0, at), text.slice(at + 1)];
  if (at > 0 && URL.canParse(from) && URL.canParse(to)) return [from, to];
  throw new UsageError(`--mirror ${text}: is ADDRESS=ADDRESS, the beginnings of addresses`);
};

/** @throws UsageError naming the option that cannot be used */
export function readSourceOptions(values: Values, env: NodeJS.ProcessEnv): SourceOptions {
  const { cert, key, cacert } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key come together');
  const mirrors = (values.mirror ?? []).map(readMirror);
  return {
    settings: {
      proxyEnv: env,
      clientCertificate: cert !== undefined && key !== undefined ? { certPath: cert, keyPath: key } : null,
      caPath: cacert ?? null,
      timeout: wholeNumber('timeout', values.timeout, 3_600) * 1_000,
      retryDelay: RETRY_DELAY_MS,
    },
    parallel: wholeNumber('parallel', values.parallel, 32),
    rewrite: (url) => {
      const mirror = mirrors.find(([from]) => url.startsWith(from));
      return mirror ? mirror[1] + url.slice(mirror[0].length) : url;
    },
  };
}
