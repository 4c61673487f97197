import type { PlatformCallContext } from '../../upstream/call-context.ts';
import type { BuildPlan } from '../compose-requests/compose-plan.ts';
import {
  datedRepositories,
  latestRepositories,
  selectDated,
  templateRepositories,
  type FoundRepositories,
  type ResolvedRepositories,
} from '../compose-requests/compose-repositories.ts';
import type { BuildRepositories } from '../compose-requests/composer-request.ts';
import { datedKeys, labelKeys, latestKeys } from '../compose-requests/content-keys.ts';
import { UnusableContentPath } from '../compose-requests/content-url.ts';
import { indexRepositories, type RepositoryIndex, type RepositoryInfo } from '../compose-requests/repository-info.ts';
import type { AppContext } from '../../context.ts';
import { invalid, ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { customizationFailure } from './customization-failure.ts';
import { findSnapshots, lookUpRedHat, lookUpRepositories, readTemplate } from './content-sources.ts';

type ContentContext = Pick<AppContext, 'contentSources' | 'config' | 'distributions'>;

const NOTHING: FoundRepositories = { redHat: indexRepositories([]), external: indexRepositories([]) };

/** The distribution of the frozen content: another minor version of the same RHEL, if that was detected. */
const detectDistribution = (
  { distributions }: ContentContext,
  plan: BuildPlan,
  identity: Identity,
  versions: readonly string[],
): BuildRepositories['detected'] => {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(versions.find((version) => version !== '') ?? '') ?? [];
  if (major === undefined || minor === undefined || Number(major) !== plan.rhelMajor) return null;
  const found = distributions.findRhel({ major: Number(major), minor: Number(minor) }, identity);
  return found && { nameAtComposer: found.nameAtComposer, version: found.rhelVersion };
};

/** Labels of the custom repositories that are Red Hat's, in the caller's order. */
const labelsOf = (plan: BuildPlan, redHat: RepositoryIndex): string[] =>
  labelKeys(plan).flatMap((id) => redHat.byUuid(id)?.label ?? []);

interface Resolved {
  readonly repositories: ResolvedRepositories;
  readonly labels: readonly string[];
}

const resolveLatest = async (ctx: ContentContext, plan: BuildPlan, caller: PlatformCallContext): Promise<Resolved> => {
  const found = await lookUpRepositories(ctx.contentSources, caller, latestKeys(plan));
  return {
    repositories: latestRepositories(ctx.config.contentSources, plan, found),
    labels: labelsOf(plan, found.redHat),
  };
};

const resolveDated = async (
  ctx: ContentContext,
  plan: BuildPlan,
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

/** Labels are a convenience: without them the image is built all the same. */
const labelsOrNone = async (
  ctx: ContentContext,
  plan: BuildPlan,
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
  plan: BuildPlan,
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

/** Without a platform identity content sources cannot be asked: what names its own source is used as it is. */
const resolveWithoutPlatform = (ctx: ContentContext, plan: BuildPlan): Resolved => {
  if (plan.content.kind !== 'latest') {
    throw invalid('snapshot_date and content_template need an identity of the platform');
  }
  const { payload_repositories = [], custom_repositories = [] } = plan.request.customizations ?? {};
  for (const item of [...payload_repositories, ...custom_repositories]) {
    const hasSource = [item.baseurl?.length, item.metalink, item.mirrorlist].some(Boolean);
    if (!hasSource)
      throw invalid(`repository ${item.id}: an id alone needs an identity of the platform; give a baseurl`);
  }
  return { repositories: latestRepositories(ctx.config.contentSources, plan, NOTHING), labels: [] };
};

const resolve = async (ctx: ContentContext, plan: BuildPlan, caller: PlatformCallContext | null): Promise<Resolved> => {
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
 * The repositories of a build, frozen as the request says.
 * @param caller `null` without an identity of the platform
 * @throws ServiceError `invalid`, `forbidden` or `internal`
 */
export const findRepositories = async (
  ctx: ContentContext,
  plan: BuildPlan,
  identity: Identity,
  caller: PlatformCallContext | null,
): Promise<BuildRepositories> => {
  try {
    const { repositories, labels } = await resolve(ctx, plan, caller);
    const { detectedVersions, ...found } = repositories;
    if (plan.source.mode === 'package' && found.image.length === 0) {
      throw invalid(`there is no repository to build ${plan.request.distribution} from`);
    }
    return { ...found, labels, detected: detectDistribution(ctx, plan, identity, detectedVersions) };
  } catch (error) {
    if (error instanceof UnusableContentPath) {
      throw customizationFailure('a repository has an address that cannot be used', error);
    }
    if (error instanceof ServiceError && error.kind === 'internal') {
      throw customizationFailure(error.message, error.cause);
    }
    throw error;
  }
};
