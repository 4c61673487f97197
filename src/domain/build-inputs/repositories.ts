import type { PlatformCallContext } from '../../upstream/call-context.ts';
import type { ComposePlan } from '../compose-requests/compose-plan.ts';
import { datedRepositories, selectDated } from '../compose-requests/dated-repositories.ts';
import { latestRepositories } from '../compose-requests/latest-repositories.ts';
import { templateRepositories } from '../compose-requests/template-repositories.ts';
import type { FoundRepositories, ResolvedRepositories } from '../compose-requests/repository-items.ts';
import type { ComposeRepositories } from '../compose-requests/composer-request.ts';
import { datedKeys, labelKeys, latestKeys } from '../compose-requests/content-keys.ts';
import { UnusableContentPathError } from '../compose-requests/content-url.ts';
import { indexRepositories, type RepositoryIndex, type RepositoryInfo } from '../compose-requests/repository-info.ts';
import type { AppContext } from '../../context.ts';
import { invalid, ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { customizationFailure } from './customization-failure.ts';
import { findSnapshots, lookUpRedHat, lookUpRepositories, readTemplate } from './content-sources.ts';

type ContentContext = Pick<AppContext, 'contentSources' | 'config' | 'distributions'>;

const NO_REPOSITORIES: FoundRepositories = { redHat: indexRepositories([]), external: indexRepositories([]) };

const detectDistribution = (
  { distributions }: ContentContext,
  plan: ComposePlan,
  identity: Identity,
  versions: readonly string[],
): ComposeRepositories['detected'] => {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(versions.find((version) => version !== '') ?? '') ?? [];
  if (major === undefined || minor === undefined || Number(major) !== plan.rhelMajor) return null;
  const found = distributions.findRhel({ major: Number(major), minor: Number(minor) }, identity);
  return found && { nameAtComposer: found.nameAtComposer, version: found.rhelVersion };
};

const labelsOf = (plan: ComposePlan, redHat: RepositoryIndex): string[] =>
  labelKeys(plan).flatMap((id) => redHat.byUuid(id)?.label ?? []);

interface Resolved {
  readonly repositories: ResolvedRepositories;
  readonly labels: readonly string[];
}

const resolveLatest = async (
  ctx: ContentContext,
  plan: ComposePlan,
  caller: PlatformCallContext,
): Promise<Resolved> => {
  const found = await lookUpRepositories(ctx.contentSources, caller, latestKeys(plan));
  return {
    repositories: latestRepositories(ctx.config.contentSources, plan, found),
    labels: labelsOf(plan, found.redHat),
  };
};

const resolveDated = async (
  ctx: ContentContext,
  plan: ComposePlan,
  caller: PlatformCallContext,
  date: string,
): Promise<Resolved> => {
  const found = await lookUpRepositories(ctx.contentSources, caller, datedKeys(plan));
  const selection = selectDated(plan, found);
  const snapshots = await findSnapshots(ctx.contentSources, caller, date, selection.uuids);
  return {
    repositories: datedRepositories(ctx.config.contentSources, plan, selection, snapshots),
    labels: labelsOf(plan, found.redHat),
  };
};

/** Labels are optional: a failure does not fail the compose. */
const labelsOrNone = async (
  ctx: ContentContext,
  plan: ComposePlan,
  caller: PlatformCallContext,
): Promise<RepositoryInfo[]> => {
  try {
    return await lookUpRedHat(ctx.contentSources, caller, labelKeys(plan));
  } catch (error) {
    caller.log.warn(
      { event: 'repositories.labels_unavailable', err: error },
      'labels of custom repositories cannot be looked up',
    );
    return [];
  }
};

const resolveTemplate = async (
  ctx: ContentContext,
  plan: ComposePlan,
  caller: PlatformCallContext,
  templateId: string,
): Promise<Resolved> => {
  const labelled = labelsOrNone(ctx, plan, caller);
  const template = await readTemplate(ctx.contentSources, caller, templateId);
  const keys = { urls: [], uuids: template.repositoryUuids };
  const found = await lookUpRepositories(ctx.contentSources, caller, { redHat: keys, external: keys });
  return {
    repositories: templateRepositories(ctx.config.contentSources, plan, template, found),
    labels: labelsOf(plan, indexRepositories(await labelled)),
  };
};

/** Content sources needs a platform identity: without it only repositories with their own source can be used. */
const resolveWithoutPlatform = (ctx: ContentContext, plan: ComposePlan): Resolved => {
  if (plan.content.kind !== 'latest') {
    throw invalid({
      detail: 'snapshot_date and content_template need an identity of the platform',
      code: 'request.invalid',
      pointer: '/image_requests/0',
    });
  }
  const { payload_repositories = [], custom_repositories = [] } = plan.request.customizations ?? {};
  for (const item of [...payload_repositories, ...custom_repositories]) {
    const hasSource = [item.baseurl?.length, item.metalink, item.mirrorlist].some(Boolean);
    if (!hasSource)
      throw invalid({
        detail: `repository ${item.id}: an id alone needs an identity of the platform; give a baseurl`,
        code: 'request.invalid',
        pointer: '/customizations',
      });
  }
  return { repositories: latestRepositories(ctx.config.contentSources, plan, NO_REPOSITORIES), labels: [] };
};

const resolve = async (
  ctx: ContentContext,
  plan: ComposePlan,
  caller: PlatformCallContext | null,
): Promise<Resolved> => {
  if (caller === null) return resolveWithoutPlatform(ctx, plan);
  switch (plan.content.kind) {
    case 'latest':
      return resolveLatest(ctx, plan, caller);
    case 'date':
      return resolveDated(ctx, plan, caller, plan.content.date);
    case 'template':
      return resolveTemplate(ctx, plan, caller, plan.content.templateId);
  }
};

/**
 * The repositories of a compose, pinned to the requested snapshot or template.
 * @param caller `null` without a platform identity
 * @throws ServiceError `invalid`, `forbidden` or `internal`
 */
export async function findRepositories(
  ctx: ContentContext,
  plan: ComposePlan,
  identity: Identity,
  caller: PlatformCallContext | null,
): Promise<ComposeRepositories> {
  try {
    const { repositories, labels } = await resolve(ctx, plan, caller);
    const { detectedVersions, ...found } = repositories;
    if (plan.source.mode === 'package' && found.image.length === 0) {
      throw invalid({
        detail: `there is no repository to build ${plan.request.distribution} from`,
        code: 'content.not_available',
        pointer: '/distribution',
      });
    }
    return { ...found, labels, detected: detectDistribution(ctx, plan, identity, detectedVersions) };
  } catch (error) {
    if (error instanceof UnusableContentPathError) {
      throw customizationFailure('a repository has an address that cannot be used', error);
    }
    if (error instanceof ServiceError && error.kind === 'internal') {
      throw customizationFailure(error.message, error.cause);
    }
    throw error;
  }
}
