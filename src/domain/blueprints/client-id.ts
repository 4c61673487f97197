import type { components } from '../../../generated/image-builder.ts';

export type ClientId = components['schemas']['ClientId'];

/** Who builds, by the header that the web console and the assistant server send. Any text but `mcp` is the console. */
export function clientIdOf(header: string | undefined): ClientId {
  if (!header) return 'api';
  return header === 'mcp' ? 'mcp' : 'ui';
}
