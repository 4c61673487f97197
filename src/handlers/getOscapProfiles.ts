import { invalid } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { oscapProfilesOf } from '../oscap/profiles.ts';

export const getOscapProfiles: OperationHandler<'getOscapProfiles'> = (_ctx, { params }) => {
  const profiles = oscapProfilesOf(params.distribution);
  if (profiles === null) throw invalid('no profile for the specified distribution');
  return { status: 200, body: [...profiles] };
};
