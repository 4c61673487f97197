import { Findings, type Finding } from '../blueprints/issues.ts';
import { judgeBlueprint, type JudgedImage } from '../blueprints/validate.ts';
import { nameNotUnique } from '../blueprints/refusals.ts';
import type { BlueprintRequest } from '../blueprints/rules.ts';
import type { CallContext, PlatformCallContext } from '../../upstream/call-context.ts';
import { UpstreamFailure } from '../../upstream/upstream.ts';
import type { BuildPlan } from '../compose-requests/compose-plan.ts';
import { toComposerRequest, type BuildRepositories } from '../compose-requests/composer-request.ts';
import {
  toDepsolveRequest,
  type DepsolveRequest,
  type ResolvedPackages,
} from '../compose-requests/depsolve-request.ts';
import type { PolicyTailoring } from '../compose-requests/openscap.ts';
import { resolveAwsSources } from '../build-inputs/gather-inputs.ts';
import { readPolicy } from '../build-inputs/policy.ts';
import { findRepositories } from '../build-inputs/repositories.ts';
import type { AppContext } from '../../context.ts';
import { judge } from '../../contract/violations.ts';
import type { Identity } from '../identity.ts';
import { policyOf } from '../compliance/blueprint-policy.ts';
import { profilesOf } from '../compliance/customizations.ts';
import { lint, NO_TAILORING } from '../compliance/lint.ts';
import { readRequirements } from '../compliance/policy.ts';
import { requirementsOf } from '../compliance/requirements.ts';
import { quotaExceeded } from '../quota.ts';
import { depsolve, type Depsolved } from './depsolve.ts';

/** The caller of a check. */
export interface ValidationCaller extends CallContext {
  readonly identity: Identity;
}

/** The issues of a blueprint, and the packages of its images if the caller requests them. */
export interface Validation {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly images: readonly ({ readonly index: number } & ResolvedPackages)[];
}

/** Violations of the schema that are reported, and different images for which other services are called, of one request. */
const MOST_VIOLATIONS = 100;
const MOST_IMAGES = 20;

/** Everything that one check needs. */
interface Check {
  readonly ctx: AppContext;
  readonly caller: ValidationCaller;
  readonly platform: PlatformCallContext | null;
  readonly blueprint: BlueprintRequest;
  readonly found: Findings;
}

/** Calls another service, and records its refusal as an issue; `undefined` where it refuses or does not respond. */
const ask = async <Value>(
  { found, caller }: Pick<Check, 'found' | 'caller'>,
  pointer: string,
  question: () => Promise<Value>,
): Promise<Value | undefined> => {
  try {
    return await question();
  } catch (error) {
    if (error instanceof UpstreamFailure) {
      caller.log.warn(
        { event: 'blueprint.validation_incomplete', err: error },
        'a blueprint is validated without a service that does not respond',
      );
      found.warn({ pointer, detail: 'could not be checked: a service did not answer' });
    } else found.refused(pointer, error);
    return undefined;
  }
};

const checkName = async ({ ctx, caller, blueprint, found }: Check): Promise<void> => {
  if (await ctx.db.blueprints.isNameTaken(caller.identity.orgId, blueprint.name))
    found.refused('/name', nameNotUnique());
};

const checkQuota = async ({ ctx, caller, blueprint, found }: Check): Promise<void> => {
  const { orgId } = caller.identity;
  const limit = await ctx.quota.limitOf(orgId);
  if (limit === null) return;
  const { used } = await ctx.db.reservations.readQuotaUse(orgId, limit);
  const wanted = blueprint.image_requests.length;
  if (used + wanted <= limit.quota) return;
  const left = Math.max(0, limit.quota - used);
  const detail = left === 0 ? quotaExceeded(limit) : `the quota leaves room for ${left} of ${wanted} builds`;
  found.warn({ pointer: '', detail });
};

/** Reports requirements of the policy that the blueprint does not meet, as warnings: it can be built all the same. */
const checkPolicy = async (check: Check): Promise<void> => {
  const { ctx, caller, blueprint, found } = check;
  const policy = policyOf(blueprint);
  if (policy === null) return;
  const pointer = '/customizations/openscap/policy_id';
  const requirements = await ask(check, pointer, () =>
    readRequirements(ctx, caller, policy.policyId, policy.distribution),
  );
  if (requirements === undefined) return;
  // Without a tailoring there is nothing that could be recorded with the blueprint: it is not stored.
  if (requirements === null)
    for (const { description } of NO_TAILORING.errors) found.error({ pointer, detail: description });
  else
    for (const { name, description } of lint(blueprint.customizations, requirements, null).errors)
      found.warn({ pointer, title: name, detail: description });
};

const checkProfile = ({ ctx, blueprint, found }: Check): void => {
  const { customizations, distribution } = blueprint;
  const { profile_id: profile } = (customizations.openscap ?? {}) as { profile_id?: unknown };
  if (typeof profile !== 'string' || profile === '' || distribution === undefined) return;
  const pointer = '/customizations/openscap/profile_id';
  const wanted = profilesOf(ctx, distribution).get(profile);
  if (wanted === undefined) return found.warn({ pointer, detail: `${distribution} is not offered with this profile` });
  for (const { description } of lint(customizations, requirementsOf(wanted), null).errors)
    found.warn({ pointer, title: 'Security profile', detail: description });
};

/** An image, and its repositories from other services. */
interface CheckedImage {
  readonly index: number;
  readonly plan: BuildPlan;
  readonly repositories: BuildRepositories;
}

/** The policy as an image gets it; `undefined` where it cannot be read. */
const readTailoring = async (check: Check, { policy }: BuildPlan): Promise<PolicyTailoring | null | undefined> => {
  const { ctx, platform } = check;
  if (policy === null) return null;
  if (platform === null) return undefined;
  return ask(check, '/customizations/openscap/policy_id', () => readPolicy(ctx, policy, platform));
};

/** The members of an image request that its repositories depend on. */
const contentKey = ({ image, imageType }: BuildPlan): string =>
  JSON.stringify([image.architecture, imageType, image.snapshot_date, image.content_template]);

/** Accounts of the sources that an image is shared with; `undefined` where they cannot be resolved. */
const accountsOf = async (
  check: Check,
  pointer: string,
  sources: readonly string[],
  known: Map<string, readonly string[] | undefined>,
): Promise<readonly string[] | undefined> => {
  const key = JSON.stringify(sources);
  if (!known.has(key)) {
    if (known.size >= MOST_IMAGES) {
      check.found.warn({ pointer, detail: `could not be checked: only ${MOST_IMAGES} lists of sources are looked at` });
      return undefined;
    }
    const { ctx, platform } = check;
    known.set(
      key,
      await ask(check, `${pointer}/upload_request/options`, () => resolveAwsSources(ctx, sources, platform)),
    );
  }
  return known.get(key);
};

/** Calls the services that a build would call, image by image. */
const checkContent = async (check: Check, images: readonly JudgedImage[]): Promise<readonly CheckedImage[]> => {
  const { ctx, caller, platform, found } = check;
  const [first] = images;
  const policy = first && (await readTailoring(check, first.plan));
  const contents = new Map<string, BuildRepositories | undefined>();
  const known = new Map<string, readonly string[] | undefined>();
  const checked: CheckedImage[] = [];
  for (const { index, plan } of images) {
    const pointer = `/image_requests/${index}`;
    const key = contentKey(plan);
    if (!contents.has(key)) {
      if (contents.size >= MOST_IMAGES) {
        found.warn({ pointer, detail: `could not be checked: only ${MOST_IMAGES} different images are looked at` });
        continue;
      }
      contents.set(key, await ask(check, pointer, () => findRepositories(ctx, plan, caller.identity, platform)));
    }
    const repositories = contents.get(key);
    const accounts = await accountsOf(check, pointer, plan.upload.sources, known);
    if (!repositories) continue;
    checked.push({ index, plan, repositories });
    if (accounts && policy !== undefined) {
      const inputs = { repositories, policy, sourceAccounts: accounts };
      found.attempt(pointer, () => toComposerRequest(plan, inputs, ctx.config, null));
    }
  }
  return checked;
};

/** Has the packages of every image resolved, those of equal ones once. */
const resolveImages = async (check: Check, images: readonly CheckedImage[]): Promise<Validation['images']> => {
  const { ctx, caller, found } = check;
  const answers = new Map<string, Depsolved>();
  const resolve = async (request: DepsolveRequest): Promise<Depsolved> => {
    const key = JSON.stringify(request);
    const known = answers.get(key) ?? (await depsolve(ctx, caller, request));
    answers.set(key, known);
    return known;
  };
  const resolved: Validation['images'][number][] = [];
  for (const { index, plan, repositories } of images.slice(0, MOST_IMAGES)) {
    const request = toDepsolveRequest(plan, repositories);
    const pointer = `/image_requests/${index}`;
    if (request === null) {
      found.warn({ pointer: '/bootc', detail: 'packages of bootable containers are not resolved' });
      continue;
    }
    const answer = await resolve(request);
    if (answer.outcome === 'resolved') resolved.push({ index, ...answer });
    else if (answer.outcome === 'unresolvable')
      found.error({ pointer, title: 'Depsolve', detail: `the packages cannot be resolved: ${answer.reason}` });
    else found.warn({ pointer, title: 'Depsolve', detail: `the packages could not be resolved: ${answer.reason}` });
  }
  if (images.length > MOST_IMAGES)
    found.warn({ pointer: '', title: 'Depsolve', detail: `packages are resolved for ${MOST_IMAGES} images only` });
  return resolved;
};

/**
 * Checks a blueprint as creating and building it would, without doing either.
 * @param candidate a JSON object
 */
export const validateCandidate = async (
  ctx: AppContext,
  caller: ValidationCaller,
  candidate: object,
  options: { readonly depsolve: boolean },
): Promise<Validation> => {
  const { value, violations } = judge(ctx.document, 'CreateBlueprintRequest', candidate, MOST_VIOLATIONS);
  const found = new Findings();
  for (const { pointer, reason } of violations) found.error({ pointer, detail: reason });
  const { errors, warnings } = found;
  if (violations.length > 0) return { errors, warnings, images: [] };

  const blueprint = value as BlueprintRequest;
  const { identity, traceId, log } = caller;
  const { platformHeader } = identity;
  const platform = platformHeader === null ? null : { traceId, log, platformHeader };
  const check: Check = { ctx, caller, platform, blueprint, found };
  const images = judgeBlueprint(ctx, identity, blueprint, found);
  await checkName(check);
  await checkPolicy(check);
  checkProfile(check);
  const checked = await checkContent(check, images);
  await checkQuota(check);
  return { errors, warnings, images: options.depsolve ? await resolveImages(check, checked) : [] };
};
