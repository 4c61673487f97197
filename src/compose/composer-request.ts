import type { RhelVersion } from '../distributions/rhel-version.ts';
import type { BuildPlan } from './build-plan.ts';
import { toComposerCustomizations } from './customizations.ts';
import { policyParts, profileParts, type OpenscapParts, type PolicyTailoring } from './openscap.ts';
import { needsRhcd } from './services.ts';
import { contentSets, templateFacts, toComposerSubscription, type SubscriptionSettings } from './subscription.ts';
import {
  pick,
  type ComposerCustomRepository,
  type ComposerPayloadRepository,
  type ComposerRepository,
  type ComposerRequest,
} from './types.ts';

/** Repositories of a build as they were found, in composer's form. */
export interface BuildRepositories {
  readonly image: readonly ComposerRepository[];
  readonly payload: readonly ComposerPayloadRepository[];
  readonly custom: readonly ComposerCustomRepository[];
  /** Labels of the Red Hat repositories among the custom ones, in the caller's order. */
  readonly labels: readonly string[];
  /** The distribution that the frozen content belongs to, where it is another than the requested one. */
  readonly detected: { readonly nameAtComposer: string; readonly version: RhelVersion | null } | null;
}

/** Everything other services had to say about a build. */
export interface BuildFacts {
  readonly repositories: BuildRepositories;
  readonly policy: PolicyTailoring | null;
  /** AWS accounts of the sources the image is shared with. */
  readonly sourceAccounts: readonly string[];
}

const openscapParts = ({ hardening }: BuildPlan, { policy }: BuildFacts): OpenscapParts | null => {
  if (hardening === null) return null;
  if (hardening.kind === 'profile') return profileParts(hardening.profileId);
  return policy === null ? null : policyParts(policy);
};

const subscriptionOf = (plan: BuildPlan, { repositories }: BuildFacts, settings: SubscriptionSettings) => {
  const subscription = plan.request.customizations?.subscription;
  if (subscription === undefined) return null;
  const requested = plan.source.mode === 'package' ? plan.source.distribution.rhelVersion : null;
  const version = repositories.detected?.version ?? requested;
  const facts = plan.source.mode === 'package' ? templateFacts(plan.image, version, settings) : {};
  const sets = contentSets(repositories.labels);
  return toComposerSubscription(subscription, { ...facts, ...(sets ? { content_sets: sets } : {}) }, settings);
};

/** The request that composer gets for a build. */
export const toComposerRequest = (
  plan: BuildPlan,
  facts: BuildFacts,
  settings: SubscriptionSettings,
  blueprintId: string | null,
): ComposerRequest => {
  const { request, image, source } = plan;
  const { repositories } = facts;
  const customizations = toComposerCustomizations(request.customizations, {
    payloadRepositories: repositories.payload,
    customRepositories: repositories.custom,
    subscription: subscriptionOf(plan, facts, settings),
    openscap: openscapParts(plan, facts),
    needsRhcd: needsRhcd(request.customizations ?? {}, plan.rhelMajor),
    aap: plan.aap,
  });
  return {
    ...(source.mode === 'package'
      ? { distribution: repositories.detected?.nameAtComposer ?? source.distribution.nameAtComposer }
      : { bootc: pick(source.bootc, 'reference', 'iso_payload_reference') }),
    ...(customizations === undefined ? {} : { customizations }),
    ...(blueprintId === null ? {} : { blueprint_id: blueprintId }),
    image_request: {
      architecture: image.architecture,
      image_type: plan.imageType,
      repositories: [...repositories.image],
      upload_options: plan.upload.options(facts.sourceAccounts),
      ...(image.size === undefined ? {} : { size: image.size }),
      ...(image.ostree === undefined
        ? {}
        : { ostree: pick(image.ostree, 'url', 'contenturl', 'ref', 'parent', 'rhsm') }),
    },
  };
};
