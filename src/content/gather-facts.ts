import type { BuildPlan } from '../compose/build-plan.ts';
import type { BuildFacts } from '../compose/composer-request.ts';
import type { AppContext } from '../context.ts';
import type { Caller } from '../builds/start-builds.ts';

export const gatherFacts = async (_ctx: AppContext, _caller: Caller, plan: BuildPlan): Promise<BuildFacts> => {
  const image =
    plan.source.mode === 'package'
      ? plan.source.architecture.repositories
          .filter((r) => r.imageTypeTags.length === 0 || r.imageTypeTags.includes(plan.image.image_type))
          .map(({ baseurl, metalink, check_gpg, gpgkey, rhsm }) => ({
            ...(baseurl === undefined ? {} : { baseurl }),
            ...(metalink === undefined ? {} : { metalink }),
            ...(check_gpg === undefined ? {} : { check_gpg }),
            ...(gpgkey === undefined ? {} : { gpgkey }),
            rhsm,
          }))
      : [];
  return {
    repositories: { image, payload: [], custom: [], labels: [], detected: null },
    policy: null,
    sourceAccounts: [],
  };
};
