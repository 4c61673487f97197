import { closest } from '../../lib/closest.ts';
import { ServiceError, type ErrorEntry } from '../../lib/errors.ts';
import { given } from '../../lib/members.ts';
import type { Distribution } from './registry.ts';

/** There is no distribution of a name. Callers that prefer details get the name that was probably meant. */
export function unknownDistribution(name: string, available: readonly Pick<Distribution, 'key'>[]): ServiceError {
  const published: ErrorEntry = { detail: `distribution '${name}' not found` };
  const suggestion = closest(
    name,
    available.map(({ key }) => key),
  );
  const place = { pointer: 'path.distro', value: name, takes: 'a distribution of GET /distributions' };
  return new ServiceError('notFound', { ...published, ...place, ...given({ suggestion }) }, { published });
}
