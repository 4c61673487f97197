import createClient, { mergeHeaders, type Client, type ClientOptions } from 'openapi-fetch';
import { systemClock, type Clock } from './clock.ts';
import type { paths } from './contract.ts';
import { KEYED_PATHS } from './facts.ts';
import { resilientFetch, withTimeout, type Fetch } from './resilient-fetch.ts';
import { VERSION } from './version.ts';
import { warningsOf } from './warnings.ts';

/** Calls operations by method and path, with the types of the contract: `api.GET('/distributions')`. */
export type ImageBuilder = Client<paths>;

/** Base URL, headers, and any other option of `fetch`. */
export interface ImageBuilderOptions extends ClientOptions {
  /** Address of the API, version included: `https://example.com/api/image-builder/v1`. */
  readonly baseUrl: string;
  /** Longest time of an attempt, in milliseconds; 30 seconds by default, `Infinity` for no limit. Event streams have none. */
  readonly timeout?: number;
  /** Attempts after the first one, where repeating is safe; 3 by default. */
  readonly retries?: number;
  /** Name and version of the program, in front of those of the client: `deploy/1.2`. */
  readonly userAgent?: string;
  /** Called with what the service ignored in a request, such as misspelt members, where it did. */
  readonly onWarnings?: (warnings: readonly string[]) => void;
}

const keyed: ReadonlySet<string> = new Set(KEYED_PATHS);

const KEY = 'idempotency-key';

/** What sends a request of a client once, without retries: for functions that repeat requests themselves. */
const singleAttempts = new WeakMap<ImageBuilder, Fetch>();

/** The option of a call that leaves out the retries of the client. */
export function onlyOnce(api: ImageBuilder): { readonly fetch?: Fetch } {
  const fetch = singleAttempts.get(api);
  return fetch === undefined ? {} : { fetch };
}

/** Creates a `createImageBuilder` that uses the given clock. */
export function clientCreator(clock: Clock): (options: ImageBuilderOptions) => ImageBuilder {
  return (options) => {
    const {
      timeout = 30_000,
      retries = 3,
      userAgent,
      onWarnings,
      headers,
      fetch: send = (request) => fetch(request),
      ...rest
    } = options;
    const agent = `image-builder-client/${VERSION}`;
    const defaults = {
      'user-agent': userAgent === undefined ? agent : `${userAgent} ${agent}`,
      // Error responses have codes.
      prefer: 'errors=detailed',
    };
    const once = withTimeout(send, timeout);
    const api = createClient<paths>({
      ...rest,
      headers: mergeHeaders(defaults, headers),
      fetch: resilientFetch(once, retries, clock),
    });
    api.use({
      onRequest: ({ request, schemaPath }) => {
        if (request.method === 'POST' && keyed.has(schemaPath) && !request.headers.has(KEY))
          request.headers.set(KEY, crypto.randomUUID());
      },
      onResponse: ({ response }) => {
        const warnings = onWarnings === undefined ? [] : warningsOf(response);
        if (warnings.length > 0) onWarnings?.(warnings);
      },
    });
    singleAttempts.set(api, once);
    return api;
  };
}

/**
 * Creates a client. It repeats requests that may succeed later, where that is safe: reads, and with an `Idempotency-Key` of its own
 * everything that creates something.
 * @param options `headers` are sent with every request: `authorization`, or `x-rh-identity` where no gateway adds it
 */
export const createImageBuilder: (options: ImageBuilderOptions) => ImageBuilder = clientCreator(systemClock);
