import type { Customizations } from '../compose-requests/types.ts';
import { given } from '../../lib/members.ts';

/** A repository shared with every organization. */
export interface CommunityRepository {
  readonly uuid: string;
  readonly name?: string | undefined;
}

/** Replaces an organization's own copies of community repositories by the community ones, found by address. */
export function withCommunityRepositories(
  customizations: Customizations,
  find: (url: string | undefined) => CommunityRepository | undefined,
): Customizations {
  const { custom_repositories: custom, payload_repositories: payload } = customizations;
  return {
    ...customizations,
    ...given(
      'custom_repositories',
      custom?.map((repository) => {
        const shared = find(repository.baseurl?.[0]);
        return shared ? { ...repository, id: shared.uuid, ...given('name', shared.name) } : repository;
      }),
    ),
    ...given(
      'payload_repositories',
      payload?.map((repository) => {
        const shared = find(repository.baseurl);
        return shared ? { ...repository, id: shared.uuid } : repository;
      }),
    ),
  };
}

/** Compatibility: the time format of exports, `2026-03-01 08:30:00.123000 +0000 UTC`. */
export function exportTime(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '000 +0000 UTC');
}
