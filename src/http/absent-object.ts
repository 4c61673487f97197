import { ServiceError } from '../lib/errors.ts';
import { given } from '../lib/members.ts';
import type { RoutedRequest } from './compiled-openapi.ts';

/** Lists in which callers find the ids of a path, by the first word of the path. */
const LISTS: ReadonlySet<string> = new Set(['composes', 'blueprints', 'webhooks']);

/**
 * An error about an object that does not exist, with the place of its id in the path and the list of ids. Other errors stay as they
 * are. It is for callers that prefer details: they correct a wrong id without reading the text.
 */
export function withPlaceOfId(error: unknown, { compiledPath, params }: RoutedRequest): unknown {
  if (!(error instanceof ServiceError) || error.kind !== 'notFound' || compiledPath === null) return error;
  const [entry, ...others] = error.entries;
  const [name, ...names] = compiledPath.parameterNames;
  const isPlain = entry !== undefined && entry.pointer === undefined && entry.code === undefined;
  if (!isPlain || others.length > 0 || name === undefined || names.length > 0) return error;
  const [, list = ''] = compiledPath.template.split('/');
  const takes = LISTS.has(list) ? `an id of GET /${list}` : undefined;
  const place = { pointer: `path.${name}`, ...given({ value: params[name], takes }) };
  return new ServiceError('notFound', { ...entry, ...place }, { cause: error.cause, published: entry });
}
