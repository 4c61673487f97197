import { aapParts } from '../compose-requests/aap-registration.ts';
import { planCompose, type ComposePlan } from '../compose-requests/compose-plan.ts';
import { toComposerFile } from '../compose-requests/files.ts';
import { imageSourceOf, NO_SOURCE } from '../compose-requests/image-source.ts';
import { composerImageType, refuseOversized } from '../compose-requests/image-types.ts';
import { hardeningOf } from '../compose-requests/openscap.ts';
import { parseSnapshotDate } from '../compose-requests/snapshot-date.ts';
import type { ComposeRequest } from '../compose-requests/types.ts';
import { planUpload } from '../compose-requests/upload-options.ts';
import { accessDistribution } from '../distributions/access.ts';
import { ServiceError } from '../../lib/errors.ts';
import { refuseCostlyPasswords } from '../passwords/costly-passwords.ts';
import { startTurn } from '../../lib/turn.ts';
import type { Identity } from '../identity.ts';
import { findMissing } from '../redaction/omissions.ts';
import { refuseMalformedPolicy } from '../compliance/policy.ts';
import type { IssueCollector } from './issues.ts';
import { given } from '../../lib/members.ts';
import { refuseMalformedMetadata } from './metadata.ts';
import { findRuleViolations, type BlueprintRequest } from './rules.ts';

type ValidationContext = Parameters<typeof planCompose>[0];

/** An image request that passed all local checks. */
export interface ValidImage {
  /** Index of the image request. */
  readonly index: number;
  readonly plan: ComposePlan;
}

const validateCustomizations = (issues: IssueCollector, { metadata, customizations }: BlueprintRequest): void => {
  issues.check('/metadata/parent_id', () => refuseMalformedMetadata(metadata));
  issues.check('/customizations/openscap/policy_id', () => refuseMalformedPolicy(customizations));
  issues.check('/customizations/users', () => refuseCostlyPasswords(customizations.users ?? []));
  issues.check('/customizations/openscap', () => hardeningOf(customizations.openscap));
  for (const [index, file] of (customizations.files ?? []).entries())
    issues.check(`/customizations/files/${index}`, () => toComposerFile(file, index));
  const { aap_registration: registration } = customizations;
  if (registration) issues.check('/customizations/aap_registration', () => aapParts(registration));
};

/** Whether an image supports the source is validated with the image. */
const validateSource = (
  ctx: ValidationContext,
  identity: Identity,
  issues: IssueCollector,
  { distribution, bootc }: BlueprintRequest,
): void => {
  if (bootc) return;
  if (distribution === undefined) issues.addError({ pointer: '', detail: NO_SOURCE });
  else issues.check('/distribution', () => accessDistribution(ctx, distribution, identity));
};

const validateImage = (
  ctx: ValidationContext,
  identity: Identity,
  issues: IssueCollector,
  request: ComposeRequest,
  index: number,
): ComposePlan | undefined => {
  const pointer = `/image_requests/${index}`;
  const [image] = request.image_requests;
  if (!image) return undefined;
  const { image_type: imageType, snapshot_date: date } = image;
  const { type, options } = image.upload_request;
  issues.check(`${pointer}/image_type`, () => composerImageType(imageType, type));
  issues.check(`${pointer}/upload_request`, () => planUpload(type, options, ctx.config.uploads));
  issues.check(`${pointer}/size`, () => refuseOversized(image, request.customizations));
  if (date !== undefined) issues.check(`${pointer}/snapshot_date`, () => parseSnapshotDate(date));
  try {
    imageSourceOf(ctx, request, identity);
  } catch (error) {
    if (!(error instanceof ServiceError && issues.hasError(error.message)))
      issues.addRefusal(request.bootc ? '/bootc' : pointer, error);
    return undefined;
  }
  try {
    return planCompose(ctx, identity, request);
  } catch (error) {
    // The checks above have reported most problems with a more precise pointer.
    if (!(error instanceof ServiceError && issues.hasError(error.message))) issues.addRefusal(pointer, error);
    return undefined;
  }
};

/**
 * Validates a blueprint with all local rules: those of creating it, and of composing each of its images.
 * @returns the images without errors
 */
export async function validateBlueprintRequest(
  ctx: ValidationContext,
  identity: Identity,
  blueprint: BlueprintRequest,
  issues: IssueCollector,
): Promise<readonly ValidImage[]> {
  const turn = startTurn();
  for (const rule of findRuleViolations(blueprint)) issues.addError(rule);
  for (const { pointer, path, detail } of findMissing(blueprint, blueprint.omitted ?? []))
    issues.addWarning({
      pointer,
      detail: `missing since the export: ${detail}${path === undefined ? '' : ` (${path})`}`,
    });
  validateCustomizations(issues, blueprint);
  validateSource(ctx, identity, issues, blueprint);
  const { name, description = '', customizations, image_requests: images, distribution, bootc } = blueprint;
  const valid: ValidImage[] = [];
  for (const [index, image] of images.entries()) {
    if (turn.isLong()) await turn.next();
    const request: ComposeRequest = {
      customizations,
      // With both, image mode takes precedence, as for stored blueprints.
      ...(bootc ? { bootc } : given({ distribution })),
      ...{ image_requests: [image], image_name: name, image_description: description, client_id: 'api' as const },
    };
    const plan = validateImage(ctx, identity, issues, request, index);
    if (plan) valid.push({ index, plan });
  }
  return valid;
}
