import { IssueCollector, type Issue } from '../blueprints/issues.ts';
import { validateBlueprintRequest, type ValidImage } from '../blueprints/validate.ts';
import { nameNotUnique } from '../blueprints/errors.ts';
import type { BlueprintRequest } from '../blueprints/rules.ts';
import { platformContext, type CallContext, type PlatformCallContext } from '../../upstream/call-context.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import type { ComposePlan } from '../compose-requests/compose-plan.ts';
import { toComposerRequest, type ComposeRepositories } from '../compose-requests/composer-request.ts';
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
import { findViolations } from '../../contract/violations.ts';
import { startTurn } from '../../lib/turn.ts';
import type { Identity } from '../identity.ts';
import { policyOf } from '../compliance/blueprint-policy.ts';
import { profilesOf } from '../compliance/customizations.ts';
import { lint, MISSING_TAILORING } from '../compliance/lint.ts';
import { readRequirements } from '../compliance/policy.ts';
import { requirementsFrom } from '../compliance/requirements.ts';
import { quotaExceededMessage } from '../quota.ts';
import { findRepositoryIssues } from '../build-rules/content-rules.ts';
import type { Finding } from '../build-rules/rule.ts';
import { findPlanIssues } from './build-issues.ts';
import { presentFinding } from './build-warnings.ts';
import { depsolve, type DepsolveResult } from './depsolve.ts';
import { addSchemaIssues } from './schema-issues.ts';

export interface ValidationCaller extends CallContext {
  readonly identity: Identity;
}

/** Issues of a blueprint, and the packages of its images if the caller requests them. */
export interface Validation {
  readonly errors: readonly Issue[];
  readonly warnings: readonly Issue[];
  /** Whether a check could not be made: the blueprint may have further errors. */
  readonly incomplete: boolean;
  readonly images: readonly ({ readonly index: number } & ResolvedPackages)[];
}

/** Bounds of one request: violations reported, and images for which other services are called. */
const MAX_VIOLATIONS = 100;
const MAX_IMAGES = 20;

interface ValidationRun {
  readonly ctx: AppContext;
  readonly caller: ValidationCaller;
  readonly platform: PlatformCallContext | null;
  readonly blueprint: BlueprintRequest;
  readonly issues: IssueCollector;
}

/** Records the error of another service as an issue, and then returns `undefined`. */
const callService = async <Value>(
  { issues, caller }: Pick<ValidationRun, 'issues' | 'caller'>,
  pointer: string,
  call: () => Promise<Value>,
): Promise<Value | undefined> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UpstreamError) {
      caller.log.warn(
        { event: 'blueprint.validation_incomplete', err: error },
        'a blueprint is validated without a service that does not respond',
      );
      issues.addUnchecked({ pointer, detail: 'could not be checked: a service did not answer' });
    } else issues.addRefusal(pointer, error);
    return undefined;
  }
};

const checkName = async ({ ctx, caller, blueprint, issues }: ValidationRun): Promise<void> => {
  if (await ctx.db.blueprints.isNameTaken(caller.identity.orgId, blueprint.name))
    issues.addRefusal('/name', nameNotUnique());
};

const checkQuota = async ({ ctx, caller, blueprint, issues }: ValidationRun): Promise<void> => {
  const { orgId } = caller.identity;
  const limit = ctx.quota.limitOf(orgId);
  if (limit === null) return;
  const { used } = await ctx.db.reservations.readQuotaUse(orgId, limit);
  const requested = blueprint.image_requests.length;
  if (used + requested <= limit.quota) return;
  const left = Math.max(0, limit.quota - used);
  const detail = left === 0 ? quotaExceededMessage(limit) : `the quota leaves room for ${left} of ${requested} builds`;
  issues.addWarning({ pointer: '', detail });
};

/** Unmet requirements are warnings: the blueprint can be built without them. */
const checkPolicy = async (run: ValidationRun): Promise<void> => {
  const { ctx, caller, blueprint, issues } = run;
  const policy = policyOf(blueprint);
  if (policy === null) return;
  const pointer = '/customizations/openscap/policy_id';
  const requirements = await callService(run, pointer, () =>
    readRequirements(ctx, caller, policy.policyId, policy.distribution),
  );
  if (requirements === undefined) return;
  // A blueprint with a policy without tailoring is not stored, hence an error.
  if (requirements === null)
    for (const { description } of MISSING_TAILORING.errors) issues.addError({ pointer, detail: description });
  else
    for (const { name, description } of lint(blueprint.customizations, requirements, null).errors)
      issues.addWarning({ pointer, title: name, detail: description });
};

const checkProfile = ({ ctx, blueprint, issues }: ValidationRun): void => {
  const { customizations, distribution } = blueprint;
  const { profile_id: profile } = (customizations.openscap ?? {}) as { profile_id?: unknown };
  if (typeof profile !== 'string' || profile === '' || distribution === undefined) return;
  const pointer = '/customizations/openscap/profile_id';
  const requested = profilesOf(ctx, distribution).get(profile);
  if (requested === undefined) {
    issues.addWarning({ pointer, detail: `${distribution} is not offered with this profile` });
    return;
  }
  for (const { description } of lint(customizations, requirementsFrom(requested), null).errors)
    issues.addWarning({ pointer, title: 'Security profile', detail: description });
};

/** Whether an error about this member, or one that it is part of, is known. */
const isKnown = ({ errors }: IssueCollector, { pointer }: Finding): boolean =>
  errors.some(
    (known) => known.pointer !== '' && (pointer === known.pointer || pointer.startsWith(`${known.pointer}/`)),
  );

const addFindings = (issues: IssueCollector, findings: readonly Finding[]): void => {
  // Several rules may be about one member: only those found before are a reason to leave one out.
  const added = findings.filter((finding) => !isKnown(issues, finding));
  for (const finding of added) {
    if (finding.kind === 'error') issues.addError(presentFinding(finding));
    else issues.addWarning(presentFinding(finding));
  }
};

/** What composer would refuse or leave out. */
const checkBuild = async ({ ctx, caller, issues }: ValidationRun, images: readonly ValidImage[]): Promise<void> => {
  const findings: Finding[] = [];
  for (const { index, plan } of images)
    findings.push(...(await findPlanIssues(ctx, caller, plan, `/image_requests/${index}`)));
  addFindings(issues, findings);
};

interface CheckedImage {
  readonly index: number;
  readonly plan: ComposePlan;
  readonly repositories: ComposeRepositories;
}

/** `undefined` when the policy cannot be read. */
const readTailoring = async (
  run: ValidationRun,
  { policy }: ComposePlan,
): Promise<PolicyTailoring | null | undefined> => {
  const { ctx, platform } = run;
  if (policy === null) return null;
  if (platform === null) return undefined;
  return callService(run, '/customizations/openscap/policy_id', () => readPolicy(ctx, policy, platform));
};

/** The members of an image request that its repositories depend on. */
const contentKey = ({ image, imageType }: ComposePlan): string =>
  JSON.stringify([image.architecture, imageType, image.snapshot_date, image.content_template]);

/** `undefined` when a source cannot be resolved. */
const accountsOf = async (
  run: ValidationRun,
  pointer: string,
  sources: readonly string[],
  accountsBySources: Map<string, readonly string[] | undefined>,
): Promise<readonly string[] | undefined> => {
  const key = JSON.stringify(sources);
  if (!accountsBySources.has(key)) {
    if (accountsBySources.size >= MAX_IMAGES) {
      run.issues.addWarning({
        pointer,
        detail: `could not be checked: only ${MAX_IMAGES} lists of sources are checked`,
      });
      return undefined;
    }
    const { ctx, platform } = run;
    accountsBySources.set(
      key,
      await callService(run, `${pointer}/upload_request/options`, () => resolveAwsSources(ctx, sources, platform)),
    );
  }
  return accountsBySources.get(key);
};

const checkContent = async (run: ValidationRun, images: readonly ValidImage[]): Promise<readonly CheckedImage[]> => {
  const { ctx, caller, platform, issues } = run;
  const [first] = images;
  const policy = first && (await readTailoring(run, first.plan));
  const contents = new Map<string, ComposeRepositories | undefined>();
  const accountsBySources = new Map<string, readonly string[] | undefined>();
  const checked: CheckedImage[] = [];
  const turn = startTurn();
  for (const { index, plan } of images) {
    if (turn.isLong()) await turn.next();
    const pointer = `/image_requests/${index}`;
    const key = contentKey(plan);
    if (!contents.has(key)) {
      if (contents.size >= MAX_IMAGES) {
        issues.addWarning({
          pointer,
          detail: `could not be checked: only ${MAX_IMAGES} different images are checked`,
        });
        continue;
      }
      contents.set(key, await callService(run, pointer, () => findRepositories(ctx, plan, caller.identity, platform)));
    }
    const repositories = contents.get(key);
    const accounts = await accountsOf(run, pointer, plan.upload.sources, accountsBySources);
    if (!repositories) continue;
    addFindings(issues, findRepositoryIssues(plan.request.customizations ?? {}, repositories));
    checked.push({ index, plan, repositories });
    if (accounts && policy !== undefined) {
      const inputs = { repositories, policy, sourceAccounts: accounts };
      issues.check(pointer, () => toComposerRequest(plan, inputs, ctx.config, null));
    }
  }
  return checked;
};

/** Equal requests are resolved once. */
const resolveImages = async (run: ValidationRun, images: readonly CheckedImage[]): Promise<Validation['images']> => {
  const { ctx, caller, issues } = run;
  const results = new Map<string, DepsolveResult>();
  const resolve = async (request: DepsolveRequest): Promise<DepsolveResult> => {
    const key = JSON.stringify(request);
    const result = results.get(key) ?? (await depsolve(ctx, caller, request));
    results.set(key, result);
    return result;
  };
  const resolved: Validation['images'][number][] = [];
  for (const { index, plan, repositories } of images.slice(0, MAX_IMAGES)) {
    const request = toDepsolveRequest(plan, repositories);
    const pointer = `/image_requests/${index}`;
    if (request === null) {
      issues.addWarning({ pointer: '/bootc', detail: 'packages of bootable containers are not resolved' });
      continue;
    }
    const result = await resolve(request);
    if (result.outcome === 'resolved') resolved.push({ index, ...result });
    else if (result.outcome === 'unresolvable')
      issues.addError({ pointer, title: 'Depsolve', detail: `the packages cannot be resolved: ${result.reason}` });
    else
      issues.addUnchecked({
        ...{ pointer, title: 'Depsolve' },
        detail: `could not be checked now, the packages may or may not be resolvable: ${result.reason}`,
      });
  }
  if (images.length > MAX_IMAGES)
    issues.addWarning({
      pointer: '',
      title: 'Depsolve',
      detail: `packages are resolved for ${MAX_IMAGES} images only`,
    });
  return resolved;
};

/** Validates a blueprint as creating and building it would, without side effects. @param candidate a JSON object */
export async function validateBlueprintCandidate(
  ctx: AppContext,
  caller: ValidationCaller,
  candidate: object,
  options: { readonly depsolve: boolean; readonly strict: boolean },
): Promise<Validation> {
  const turn = startTurn();
  const validation = findViolations(ctx.document, 'CreateBlueprintRequest', candidate, MAX_VIOLATIONS);
  if (turn.isLong()) await turn.next();
  const issues = new IssueCollector();
  addSchemaIssues(issues, validation, options);
  const { errors, warnings } = issues;
  if (validation.violations.length > 0) return { errors, warnings, incomplete: false, images: [] };

  const blueprint = validation.value as BlueprintRequest;
  const run: ValidationRun = { ctx, caller, platform: platformContext(caller), blueprint, issues };
  const images = await validateBlueprintRequest(ctx, caller.identity, blueprint, issues);
  await checkBuild(run, images);
  await checkName(run);
  await checkPolicy(run);
  checkProfile(run);
  const checked = await checkContent(run, images);
  await checkQuota(run);
  const resolved = options.depsolve ? await resolveImages(run, checked) : [];
  return { errors, warnings, incomplete: issues.incomplete, images: resolved };
}
