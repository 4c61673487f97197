// Errors of requests for which the API has no operation. Clients of the published API get its texts; those that prefer details
// get what was probably meant.
import { closest } from '../lib/closest.ts';
import { ServiceError, type ErrorEntry } from '../lib/errors.ts';
import { given } from '../lib/members.ts';
import { quote } from '../lib/quote.ts';
import type { CompiledRouter, RoutedRequest } from './compiled-openapi.ts';
import { prefersDetails } from './error-response.ts';

/** Characters of a path that is repeated in an error, and its words that are compared with those of others. */
const MAX_PATH = 100;
const MAX_SEGMENTS = 6;

const isWord = (segment: string): boolean => segment !== '' && !segment.startsWith('{');

/** The path with another word for one that is misspelt, and without superfluous slashes; `undefined` where that is no path either. */
const meantPath = ({ path, method }: RoutedRequest, router: CompiledRouter): string | undefined => {
  const served = method === 'HEAD' ? 'get' : method.toLowerCase();
  const isServed = (candidate: string): boolean =>
    router.route({ headers: {} }, { path: candidate, query: '' }).compiledPath?.operations.has(served) === true;
  const operations = router.getOperations().filter((operation) => operation.method === served);
  const words = [...new Set(operations.flatMap((operation) => operation.path.split('/').filter(isWord)))];
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length > MAX_SEGMENTS) return undefined;
  return [segments, ...segments.map((segment, at) => segments.with(at, closest(segment, words) ?? segment))]
    .map((parts) => `/${parts.join('/')}`)
    .find((candidate) => isServed(candidate));
};

/** No operation has the path of a request. */
export function operationNotFound(request: RoutedRequest, router: CompiledRouter): ServiceError {
  const code = 'operation.not_found';
  const published: ErrorEntry = { detail: 'no matching operation was found', code };
  if (request.path.length > MAX_PATH || !prefersDetails(request.headers))
    return new ServiceError('notFound', published);
  const entry: ErrorEntry = {
    ...{ code, detail: `no operation has the path ${quote(request.path)}`, takes: 'a path of GET /openapi.json' },
    ...given({ suggestion: meantPath(request, router) }),
  };
  return new ServiceError('notFound', entry, { published });
}

/** The path of a request has no operation with its method. */
export function methodNotAllowed({ method, compiledPath }: RoutedRequest): ServiceError {
  const published: ErrorEntry = { detail: 'method not allowed' };
  if (compiledPath === null) return new ServiceError('methodNotAllowed', published);
  const { template, allow } = compiledPath;
  const entry: ErrorEntry = { detail: `${template} has no method ${method}; it has ${allow}`, takes: allow };
  return new ServiceError('methodNotAllowed', entry, { published });
}
