import { aapParts } from '../compose-requests/aap-registration.ts';
import { planCompose, type ComposePlan } from '../compose-requests/compose-plan.ts';
import { toComposerFile } from '../compose-requests/files.ts';
import { imageSourceOf, NO_SOURCE } from '../compose-requests/image-source.ts';
import { composerImageType, refuseOversized } from '../compose-requests/image-types.ts';
import { hardeningOf } from '../compose-requests/openscap.ts';
import { refuseCostlyPasswords } from '../compose-requests/password-hash.ts';
import { parseSnapshotDate } from '../compose-requests/snapshot-date.ts';
import type { ComposeRequest } from '../compose-requests/types.ts';
import { planUpload } from '../compose-requests/upload-options.ts';
import { accessDistribution } from '../distributions/access.ts';
import { ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { refuseMalformedPolicy } from '../compliance/policy.ts';
import type { Findings } from './issues.ts';
import { given } from '../../lib/members.ts';
import { refuseMalformedMetadata } from './metadata.ts';
import { brokenRules, type BlueprintRequest } from './rules.ts';

type JudgeContext = Parameters<typeof planCompose>[0];

/** An image of a blueprint that could be built, as far as the service knows by itself. */
export interface JudgedImage {
  /** Number of the image request. */
  readonly index: number;
  readonly plan: ComposePlan;
}

const judgeCustomizations = (found: Findings, { metadata, customizations }: BlueprintRequest): void => {
  found.attempt('/metadata/parent_id', () => refuseMalformedMetadata(metadata));
  found.attempt('/customizations/openscap/policy_id', () => refuseMalformedPolicy(customizations));
  found.attempt('/customizations/users', () => refuseCostlyPasswords(customizations.users ?? []));
  found.attempt('/customizations/openscap', () => hardeningOf(customizations.openscap));
  for (const [index, file] of (customizations.files ?? []).entries())
    found.attempt(`/customizations/files/${index}`, () => toComposerFile(file));
  const { aap_registration: registration } = customizations;
  if (registration) found.attempt('/customizations/aap_registration', () => aapParts(registration));
};

/** What the blueprint is made from. Whether it goes with an image is judged with that. */
const judgeSource = (
  ctx: JudgeContext,
  identity: Identity,
  found: Findings,
  { distribution, bootc }: BlueprintRequest,
): void => {
  if (bootc) return;
  if (distribution === undefined) found.error({ pointer: '', detail: NO_SOURCE });
  else found.attempt('/distribution', () => accessDistribution(ctx, distribution, identity));
};

const judgeImage = (
  ctx: JudgeContext,
  identity: Identity,
  found: Findings,
  request: ComposeRequest,
  index: number,
): ComposePlan | undefined => {
  const pointer = `/image_requests/${index}`;
  const [image] = request.image_requests;
  if (!image) return undefined;
  const { image_type: imageType, snapshot_date: date } = image;
  const { type, options } = image.upload_request;
  found.attempt(`${pointer}/image_type`, () => composerImageType(imageType, type));
  found.attempt(`${pointer}/upload_request`, () => planUpload(type, options, ctx.config.uploads));
  found.attempt(`${pointer}/size`, () => refuseOversized(image, request.customizations));
  if (date !== undefined) found.attempt(`${pointer}/snapshot_date`, () => parseSnapshotDate(date));
  try {
    imageSourceOf(ctx, request, identity);
  } catch (error) {
    if (!(error instanceof ServiceError && found.knows(error.message)))
      found.refused(request.bootc ? '/bootc' : pointer, error);
    return undefined;
  }
  try {
    return planCompose(ctx, identity, request);
  } catch (error) {
    // Most of it was found above, where it could be told which member it is about.
    if (!(error instanceof ServiceError && found.knows(error.message))) found.refused(pointer, error);
    return undefined;
  }
};

/**
 * Judges a blueprint by everything that the service itself knows: what creating it would refuse, and what building each of its
 * images would.
 * @returns the images that would not be refused
 */
export const judgeBlueprint = (
  ctx: JudgeContext,
  identity: Identity,
  blueprint: BlueprintRequest,
  found: Findings,
): readonly JudgedImage[] => {
  for (const rule of brokenRules(blueprint)) found.error(rule);
  judgeCustomizations(found, blueprint);
  judgeSource(ctx, identity, found, blueprint);
  const { name, description = '', customizations, image_requests: images, distribution, bootc } = blueprint;
  return images.flatMap((image, index) => {
    const request: ComposeRequest = {
      customizations,
      // As for a stored one: a blueprint that holds both builds in image mode.
      ...(bootc ? { bootc } : given('distribution', distribution)),
      ...{ image_requests: [image], image_name: name, image_description: description, client_id: 'api' as const },
    };
    const plan = judgeImage(ctx, identity, found, request, index);
    return plan ? [{ index, plan }] : [];
  });
};
