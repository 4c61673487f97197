import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from './contract.ts';

/** Calls the API by method and path, with the types of the contract: `api.GET('/distributions')`. */
export type ImageBuilder = Client<paths>;

/** Where the API is, and what every request carries. What else `fetch` takes can be given as well. */
export interface ImageBuilderOptions extends ClientOptions {
  /** Address of the API, version included: `https://example.com/api/image-builder/v1`. */
  readonly baseUrl: string;
}

/**
 * Makes a client.
 * @param options `headers` are sent with every request: `authorization`, say, or `x-rh-identity` where no gateway adds it
 */
export const createImageBuilder = (options: ImageBuilderOptions): ImageBuilder => createClient<paths>(options);
