import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from './contract.ts';

/** Calls operations by method and path, with the types of the contract: `api.GET('/distributions')`. */
export type ImageBuilder = Client<paths>;

/** Base URL, headers, and any other option of `fetch`. */
export interface ImageBuilderOptions extends ClientOptions {
  /** Address of the API, version included: `https://example.com/api/image-builder/v1`. */
  readonly baseUrl: string;
}

/**
 * Creates a client.
 * @param options `headers` are sent with every request: `authorization`, or `x-rh-identity` where no gateway adds it
 */
export const createImageBuilder = (options: ImageBuilderOptions): ImageBuilder => createClient<paths>(options);
