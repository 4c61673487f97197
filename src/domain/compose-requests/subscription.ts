import type { RhelVersion } from '../distributions/rhel-version.ts';
import { pick, type ComposerSubscription, type Customizations, type ImageRequest } from './types.ts';

type Subscription = NonNullable<Customizations['subscription']>;

export interface SubscriptionSettings {
  readonly insightsClientProxy: string;
  readonly patchUrl: string;
}

/** First RHEL 9 that registers with a template by name. */
const TEMPLATE_NAMES_SINCE = { major: 9, minor: 6 };

const knowsTemplateNames = (version: RhelVersion | null): boolean =>
  version !== null &&
  (version.major > TEMPLATE_NAMES_SINCE.major ||
    (version.major === TEMPLATE_NAMES_SINCE.major && version.minor >= TEMPLATE_NAMES_SINCE.minor));

type TemplateParts = Pick<ComposerSubscription, 'template_name' | 'template_uuid' | 'patch_url'>;

/** How the image registers with its content template. @param version `null` for other systems */
export function templateParts(
  image: ImageRequest,
  version: RhelVersion | null,
  settings: SubscriptionSettings,
): TemplateParts {
  if (image.content_template === undefined) return {};
  if (knowsTemplateNames(version) && image.content_template_name !== undefined) {
    return { template_name: image.content_template_name };
  }
  return { template_uuid: image.content_template, patch_url: settings.patchUrl };
}

/** Translates a subscription. */
export function toComposerSubscription(
  subscription: Subscription,
  parts: TemplateParts & Pick<ComposerSubscription, 'content_sets'>,
  settings: SubscriptionSettings,
): ComposerSubscription {
  return {
    organization: JSON.stringify(subscription.organization),
    activation_key: subscription['activation-key'],
    server_url: subscription['server-url'],
    base_url: subscription['base-url'],
    insights: subscription.insights,
    rhc: subscription.rhc ?? false,
    // Sent even when neither is set.
    insights_client_proxy: subscription.insights_client_proxy || settings.insightsClientProxy,
    ...pick(parts, 'template_name', 'template_uuid', 'patch_url', 'content_sets'),
  };
}

/** Every image has the repositories of the base system enabled. */
const BASE_LABEL = /baseos|appstream/;

/** Labels of Red Hat repositories that the registered system enables; `undefined` for none. */
export function contentSets(labels: readonly string[]): string[] | undefined {
  const wanted = labels.filter((label) => label !== '' && !BASE_LABEL.test(label));
  return wanted.length === 0 ? undefined : wanted;
}
