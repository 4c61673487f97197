import type { components } from '../../../generated/image-builder.ts';
import type { ContentSourcesOperations } from '../../upstream/operations.ts';
import { platformCall, type PlatformCallContext } from '../../upstream/call-context.ts';
import { CONTENT_PERMISSION, lookUpRepositories } from '../build-inputs/content-sources.ts';
import { indexRepositories } from '../compose-requests/repository-info.ts';
import type { Customizations } from '../compose-requests/types.ts';
import { forbidden, internal, invalid, ServiceError } from '../../lib/errors.ts';
import { isUuid } from '../../lib/ids.ts';
import { withCommunityRepositories } from './export.ts';

type ContentSourcesExport = NonNullable<components['schemas']['BlueprintExportResponse']['content_sources']>;

/** Addresses of community repositories, which organizations may also have added themselves. */
const EPEL = [10, 9, 8].map((major) => `https://dl.fedoraproject.org/pub/epel/${major}/Everything/x86_64/`);

const FAILURE_PREFIX = 'unable to export repositories';

const parseList = (text: string): ContentSourcesExport | null => {
  if (text === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw internal(`${FAILURE_PREFIX}: content sources answered with what is not JSON`, error);
  }
  if (value !== null && !Array.isArray(value)) {
    throw internal(`${FAILURE_PREFIX}: content sources answered with what is no list`);
  }
  return value as ContentSourcesExport | null;
};

const describeRepositories = async (
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  uuids: readonly string[],
): Promise<ContentSourcesExport | null> => {
  const body = { repository_uuids: [...uuids] };
  const { status, text } = await client
    .bulkExportRepositories({ body }, platformCall(caller))
    .catch((error: unknown) => {
      throw error instanceof ServiceError
        ? error
        : internal(`${FAILURE_PREFIX}: content sources did not answer`, error);
    });
  if (status === 401 || status === 403) throw forbidden(`${FAILURE_PREFIX}: ${CONTENT_PERMISSION}`);
  if (status === 400 || status === 404) {
    throw invalid({
      detail: `${FAILURE_PREFIX}: content sources does not know all custom repositories of the blueprint (${uuids.join(', ')})`,
      code: 'content.not_available',
      pointer: 'path.id',
    });
  }
  if (status < 200 || status > 299) throw internal(`${FAILURE_PREFIX}: content sources answered ${status}`);
  return parseList(text);
};

export interface ExportedRepositories {
  readonly customizations: Customizations;
  /** Definitions of the custom repositories for the importing organization; `null` without custom repositories. */
  readonly contentSources: ContentSourcesExport | null;
}

/**
 * Exports custom repositories for another organization.
 * @throws ServiceError `forbidden` without permission to read repositories, `invalid` for deleted repositories,
 *   `internal` when content sources fails, `unavailable` while its circuit breaker is open
 */
export async function exportRepositories(
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  customizations: Customizations,
): Promise<ExportedRepositories> {
  if (!customizations.custom_repositories?.length) return { customizations, contentSources: null };
  const found = await lookUpRepositories(client, caller, {
    redHat: { urls: [], uuids: [] },
    external: { urls: EPEL, uuids: [] },
  });
  // An organization's own repository may have the same address: only community repositories are candidates.
  const community = indexRepositories(found.external.all.filter(({ origin }) => origin === 'community'));
  const shared = withCommunityRepositories(customizations, community.byUrl);
  // Ids that are no UUIDs are names chosen by the caller, unknown to content sources.
  const uuids = [...new Set(shared.custom_repositories?.map(({ id }) => id))].filter(isUuid);
  return {
    customizations: shared,
    contentSources: uuids.length === 0 ? null : await describeRepositories(client, caller, uuids),
  };
}
