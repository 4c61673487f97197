import { hash } from 'node:crypto';
import type { RhelVersion } from '../distributions/rhel-version.ts';
import type { ComposePlan } from './compose-plan.ts';
import { needsRhcd, toComposerCustomizations } from './customizations.ts';
import { policyParts, profileParts, type OpenscapParts, type PolicyTailoring } from './openscap.ts';
import { contentSets, templateParts, toComposerSubscription, type SubscriptionSettings } from './subscription.ts';
import { parentDirectories } from './parent-directories.ts';
import {
  pick,
  type ComposerCustomRepository,
  type ComposerPayloadRepository,
  type ComposerRepository,
  type ComposerRequest,
} from './types.ts';

/** Resolved repositories in composer's format. */
export interface ComposeRepositories {
  readonly image: readonly ComposerRepository[];
  readonly payload: readonly ComposerPayloadRepository[];
  readonly custom: readonly ComposerCustomRepository[];
  /** Labels of custom Red Hat repositories, in request order. */
  readonly labels: readonly string[];
  /** The distribution of the pinned content, if it differs from the requested one. */
  readonly detected: { readonly nameAtComposer: string; readonly version: RhelVersion | null } | null;
}

/** Data of other services that a compose needs. */
export interface ComposeInputs {
  readonly repositories: ComposeRepositories;
  readonly policy: PolicyTailoring | null;
  readonly sourceAccounts: readonly string[];
}

const openscapParts = ({ hardening }: ComposePlan, { policy }: ComposeInputs): OpenscapParts | null => {
  if (hardening === null) return null;
  if (hardening.kind === 'profile') return profileParts(hardening.profileId);
  return policy === null ? null : policyParts(policy);
};

const subscriptionOf = (plan: ComposePlan, { repositories }: ComposeInputs, settings: SubscriptionSettings) => {
  const subscription = plan.request.customizations?.subscription;
  if (subscription === undefined) return null;
  const requested = plan.source.mode === 'package' ? plan.source.distribution.rhelVersion : null;
  const version = repositories.detected?.version ?? requested;
  const inputs = plan.source.mode === 'package' ? templateParts(plan.image, version, settings) : {};
  const sets = contentSets(repositories.labels);
  return toComposerSubscription(subscription, { ...inputs, ...(sets ? { content_sets: sets } : {}) }, settings);
};

/** Translates a plan into a request to composer. */
export function toComposerRequest(
  plan: ComposePlan,
  inputs: ComposeInputs,
  settings: SubscriptionSettings,
  blueprintId: string | null,
): ComposerRequest {
  const { request, image, source } = plan;
  const { repositories } = inputs;
  const customizations = toComposerCustomizations(request.customizations, {
    payloadRepositories: repositories.payload,
    customRepositories: repositories.custom,
    subscription: subscriptionOf(plan, inputs, settings),
    openscap: openscapParts(plan, inputs),
    needsRhcd: needsRhcd(request.customizations ?? {}, plan.rhelMajor),
    aap: plan.aap,
    parentDirectories: parentDirectories(request.customizations ?? {}, {
      imageType: plan.imageType,
      mode: source.mode,
    }),
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
      upload_options: plan.upload.options(inputs.sourceAccounts),
      ...(image.size === undefined ? {} : { size: image.size }),
      ...(image.ostree === undefined
        ? {}
        : { ostree: pick(image.ostree, 'url', 'contenturl', 'ref', 'parent', 'rhsm') }),
    },
  };
}

/** Composer may omit or add empty members when it returns a request. */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const canonical = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]): [string, unknown] => [name, canonical(member)])
      .filter(([, member]) => !isEmpty(member))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** Identifies a request to composer, also as composer returns it later. */
export function fingerprintOf(request: object): string {
  return measuredFingerprint(request).fingerprint;
}

/** A fingerprint, and the length of the request as JSON. */
export function measuredFingerprint(request: object): { readonly fingerprint: string; readonly length: number } {
  const text = JSON.stringify(canonical(request));
  return { fingerprint: hash('sha256', text, 'hex'), length: text.length };
}
