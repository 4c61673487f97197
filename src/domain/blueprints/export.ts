import type { Customizations } from '../compose-requests/types.ts';
import { given } from '../../lib/members.ts';
import { omitCredentials, omitSecrets, type Omission } from '../redaction/omissions.ts';
import { redactCustomizations } from '../redaction/secrets.ts';
import type { BlueprintContent } from './content.ts';

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
    ...given({
      custom_repositories: custom?.map((repository) => {
        const shared = find(repository.baseurl?.[0]);
        return shared ? { ...repository, id: shared.uuid, ...given({ name: shared.name }) } : repository;
      }),
      payload_repositories: payload?.map((repository) => {
        const shared = find(repository.baseurl);
        return shared ? { ...repository, id: shared.uuid } : repository;
      }),
    }),
  };
}

/**
 * The exported part of a blueprint, and what it leaves out.
 * @param withSecrets leaves out passwords only, which no response contains
 */
export function exportContent(
  { customizations, bootc }: BlueprintContent,
  withSecrets: boolean,
): { readonly value: Pick<BlueprintContent, 'customizations' | 'bootc'>; readonly omitted: readonly Omission[] } {
  const shared = omitSecrets(customizations);
  if (withSecrets) {
    const omitted = shared.omitted.filter(({ reason }) => reason === 'password');
    return { value: { customizations: redactCustomizations(customizations), ...given({ bootc }) }, omitted };
  }
  const source = omitCredentials(bootc, '/bootc');
  return {
    value: { customizations: shared.value, ...given({ bootc: source.value }) },
    omitted: [...shared.omitted, ...source.omitted],
  };
}

/** Pointers in the header at most; the member `omitted` has all. */
const MOST_POINTERS = 50;

/** The header that lists what an export leaves out, a list of strings (RFC 9651). */
export function omittedField(omitted: readonly Pick<Omission, 'pointer'>[]): Readonly<Record<string, string>> {
  if (omitted.length === 0) return {};
  const pointers = omitted.slice(0, MOST_POINTERS).map(({ pointer }) => `"${encodeURI(pointer)}"`);
  return { 'Blueprint-Omitted': pointers.join(', ') };
}

/** Compatibility: the time format of exports, `2026-03-01 08:30:00.123000 +0000 UTC`. */
export function exportTime(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '000 +0000 UTC');
}
