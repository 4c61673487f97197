import type { components } from '../../../generated/image-builder.ts';

export type ClientId = components['schemas']['ClientId'];

/** The client that a header names: `mcp` is the assistant server, any other text the web console. */
export function clientIdOf(header: string | undefined): ClientId {
  if (!header) return 'api';
  return header === 'mcp' ? 'mcp' : 'ui';
}
