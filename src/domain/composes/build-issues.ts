import type { CallContext } from '../../upstream/call-context.ts';
import { toBuildSubject, toImageModeSubject } from '../build-rules/build-subject.ts';
import { findRepositoryIssues, type ResolvedRepositories } from '../build-rules/content-rules.ts';
import { findBuildIssues } from '../build-rules/find-issues.ts';
import type { BuildSubject } from '../build-rules/target.ts';
import type { Finding } from '../build-rules/rule.ts';
import type { ComposePlan } from '../compose-requests/compose-plan.ts';
import type { ComposeRequest, ImageRequest } from '../compose-requests/types.ts';
import type { AppContext } from '../../context.ts';
import { ServiceError } from '../../lib/errors.ts';
import { given } from '../../lib/members.ts';
import { startTurn } from '../../lib/turn.ts';

/** Findings reported for a compose. */
const MAX_FINDINGS = 100;

type OptionsContext = Pick<AppContext, 'imageTypeOptions'>;

const findInTurns = async (subject: BuildSubject): Promise<readonly Finding[]> => {
  const turn = startTurn();
  const findings: (readonly Finding[])[] = [];
  for (const found of findBuildIssues(subject)) {
    findings.push(found);
    if (turn.isLong()) await turn.next();
  }
  return findings.flat();
};

/** What is known of a planned image before its build. */
export async function findPlanIssues(
  { imageTypeOptions }: OptionsContext,
  call: CallContext,
  { source, image, request: { customizations = {} } }: ComposePlan,
  imagePointer = '/image_requests/0',
): Promise<readonly Finding[]> {
  if (source.mode === 'image') return findInTurns(toImageModeSubject({ image, customizations, imagePointer }));
  const { distribution } = source;
  const { nameAtComposer } = distribution;
  const hasCustomizations = Object.keys(customizations).length > 0;
  const options = hasCustomizations
    ? (imageTypeOptions.known(nameAtComposer, call) ?? (await imageTypeOptions.read(nameAtComposer, call)))
    : null;
  return findInTurns(toBuildSubject({ distribution, image, customizations, imagePointer }, options));
}

/**
 * The warnings among findings.
 * @throws ServiceError `invalid` with an entry per error
 */
export function refuseErrors(findings: readonly Finding[]): readonly Finding[] {
  const errors = findings.filter(({ kind }) => kind === 'error').slice(0, MAX_FINDINGS);
  if (errors.length > 0)
    throw new ServiceError(
      'invalid',
      errors.map(({ detail, pointer, value, takes }) => ({
        ...{ detail, pointer },
        ...given({ value, takes }),
      })),
    );
  return findings.slice(0, MAX_FINDINGS);
}

/** @throws ServiceError `invalid` for repositories that composer refuses */
export function refuseUnusableRepositories({ request }: ComposePlan, repositories: ResolvedRepositories): void {
  refuseErrors(findRepositoryIssues(request.customizations ?? {}, repositories));
}

/** The part of a stored request that the rules are about. */
export type StoredImages = Pick<ComposeRequest, 'distribution' | 'bootc' | 'customizations'> & {
  readonly image_requests: readonly ImageRequest[];
};

/** What is known of stored images, without waiting for composer. Empty for a distribution that is not offered any more. */
export async function findStoredIssues(
  { imageTypeOptions, distributions }: OptionsContext & Pick<AppContext, 'distributions'>,
  call: CallContext,
  { distribution: key, bootc, customizations = {}, image_requests: images }: StoredImages,
): Promise<readonly Finding[]> {
  const distribution = key === undefined || bootc ? null : distributions.find(key, { entitled: true });
  if (distribution === null && !bootc) return [];
  const options = distribution && imageTypeOptions.known(distribution.nameAtComposer, call);
  const findings: (readonly Finding[])[] = [];
  for (const [index, image] of images.entries()) {
    const request = { image, customizations, imagePointer: `/image_requests/${index}` };
    const subject = distribution ? toBuildSubject({ distribution, ...request }, options) : toImageModeSubject(request);
    findings.push(await findInTurns(subject));
  }
  // The same finding may hold for several images.
  return [...new Map(findings.flat().map((finding) => [`${finding.pointer} ${finding.detail}`, finding])).values()];
}
