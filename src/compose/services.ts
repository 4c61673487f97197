import type { Customizations } from './types.ts';

type Services = NonNullable<Customizations['services']>;

/** Services with more of them enabled; as they are when nothing is to be added. The caller's lists are not changed. */
export const withEnabled = (services: Services | undefined, added: readonly string[]): Services | undefined => {
  const enabled = services?.enabled ?? [];
  const missing = added.filter((service, index) => !enabled.includes(service) && added.indexOf(service) === index);
  if (missing.length === 0) return services;
  return { ...services, enabled: [...enabled, ...missing] };
};

/** First RHEL that connects to Insights without the service. */
const RHC_WITHOUT_DAEMON = 10;

/**
 * Whether the image needs `rhcd`: it reports to Insights and was hardened, which disables what is not asked for.
 * @param major major version of RHEL, `null` for other systems and image mode
 */
export const needsRhcd = ({ subscription, openscap }: Customizations, major: number | null): boolean =>
  subscription?.insights === true && openscap !== undefined && major !== null && major < RHC_WITHOUT_DAEMON;
