import type { RhelVersion } from '../distributions/rhel-version.ts';
import { invalid } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { aapParts, type AapParts } from './aap-registration.ts';
import { toComposerFile } from './files.ts';
import { imageSourceOf, type ImageSource } from './image-source.ts';
import { composerImageType } from './image-types.ts';
import { hardeningOf, type Hardening } from './openscap.ts';
import { parseSnapshotDate } from './snapshot-date.ts';
import type { ComposeRequest, ComposerImageRequest, ImageRequest } from './types.ts';
import { planUpload, type UploadDefaults, type UploadPlan } from './upload-options.ts';

/** Which versions of the repositories a compose uses. */
export type ContentMode =
  | { readonly kind: 'latest' }
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'template'; readonly templateId: string };

export interface PolicyPlan {
  readonly policyId: string;
  readonly version: RhelVersion;
}

/** A validated compose request, with all that can be derived without calling another service. */
export interface ComposePlan {
  readonly request: ComposeRequest;
  readonly image: ImageRequest;
  readonly source: ImageSource;
  readonly content: ContentMode;
  readonly hardening: Hardening | null;
  readonly policy: PolicyPlan | null;
  readonly aap: AapParts | null;
  readonly imageType: ComposerImageRequest['image_type'];
  readonly upload: UploadPlan;
  /** `null` for other systems and in image mode. */
  readonly rhelMajor: number | null;
}

interface PlanContext {
  readonly distributions: Parameters<typeof imageSourceOf>[0]['distributions'];
  readonly allowList: Parameters<typeof imageSourceOf>[0]['allowList'];
  readonly flags: { readonly compliancePolicies: () => boolean };
  readonly config: { readonly uploads: UploadDefaults };
}

const TEMPLATE = '/image_requests/0/content_template';
const POLICY = '/customizations/openscap/policy_id';

const contentModeOf = (image: ImageRequest, hasContent: boolean): ContentMode => {
  if (image.content_template !== undefined) {
    if (image.content_template === '')
      throw invalid({ detail: 'content_template must not be empty', code: 'body.invalid', pointer: TEMPLATE });
    return { kind: 'template', templateId: image.content_template };
  }
  // In image mode a date applies to added repositories only; without any it is ignored.
  if (image.snapshot_date !== undefined && hasContent) {
    return { kind: 'date', date: parseSnapshotDate(image.snapshot_date) };
  }
  return { kind: 'latest' };
};

const policyPlanOf = (ctx: PlanContext, hardening: Hardening | null, source: ImageSource): PolicyPlan | null => {
  if (hardening?.kind !== 'policy') return null;
  if (!ctx.flags.compliancePolicies()) {
    throw invalid({
      detail: 'Feature image-builder.compliance-policies.enabled not enabled',
      code: 'request.invalid',
      pointer: POLICY,
    });
  }
  const version = source.mode === 'package' ? source.distribution.rhelVersion : null;
  if (version === null)
    throw invalid({
      detail: 'customizations.openscap.policy_id: compliance policies need a RHEL distribution',
      code: 'request.invalid',
      pointer: POLICY,
    });
  return { policyId: hardening.policyId, version };
};

/** Validates a compose request without calling another service. @throws ServiceError for the first issue */
export function planCompose(ctx: PlanContext, identity: Identity, request: ComposeRequest): ComposePlan {
  const source = imageSourceOf(ctx, request, identity);
  const image = request.image_requests[0] as ImageRequest;
  const customizations = request.customizations ?? {};
  const { payload_repositories = [], custom_repositories = [] } = customizations;
  const hasContent = source.mode === 'package' || payload_repositories.length + custom_repositories.length > 0;
  const content = contentModeOf(image, hasContent);
  const hardening = hardeningOf(customizations.openscap);
  const policy = policyPlanOf(ctx, hardening, source);
  customizations.files?.forEach(toComposerFile);
  const aap = customizations.aap_registration ? aapParts(customizations.aap_registration) : null;
  const { type, options } = image.upload_request;
  const imageType = composerImageType(image.image_type, type);
  const upload = planUpload(type, options, ctx.config.uploads);
  const rhelMajor = source.mode === 'package' ? source.distribution.rhelMajor : null;
  return { request, image, source, content, hardening, policy, aap, imageType, upload, rhelMajor };
}
