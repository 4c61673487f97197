import { invalid } from '../errors.ts';
import { KeptText, type OperationHandler } from '../http/operation.ts';
import { keptFor } from '../kept-for.ts';
import { oscapProfilesOf } from '../oscap/profiles.ts';

type Profiles = NonNullable<ReturnType<typeof oscapProfilesOf>>;

const profilesText = keptFor(
  (profiles: Profiles) => new KeptText<[...Profiles]>(JSON.stringify(profiles), { compressed: true }),
);

export const getOscapProfiles: OperationHandler<'getOscapProfiles'> = (_ctx, { params }) => {
  const profiles = oscapProfilesOf(params.distribution);
  if (profiles === null) throw invalid('no profile for the specified distribution');
  return { status: 200, body: profilesText(profiles) };
};
