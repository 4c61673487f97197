import type { Customizations } from '../compose-requests/types.ts';
import type { Rule, Violation } from './rule.ts';
import { select } from './rule.ts';
import type { BuildSubject, BuildTarget } from './target.ts';

/** A member of the customizations, and the name that composer has for it. */
interface OptionEntry {
  /** Below the customizations. */
  readonly at: string;
  readonly option: string;
}

/** Composer drops empty lists and texts of these members, so that nothing is left out. */
const DROPPED_WHEN_EMPTY: ReadonlySet<string> = new Set(['installation_device', 'kernel/name', 'kernel/append']);

const OPTIONS: readonly OptionEntry[] = [
  { at: 'packages', option: 'packages' },
  { at: 'payload_repositories', option: 'packages' },
  { at: 'enabled_modules', option: 'enabled_modules' },
  { at: 'containers', option: 'containers' },
  { at: 'directories', option: 'customizations.directories' },
  { at: 'files', option: 'customizations.files' },
  { at: 'users', option: 'customizations.user' },
  { at: 'groups', option: 'customizations.group' },
  { at: 'filesystem', option: 'customizations.filesystem' },
  { at: 'disk', option: 'customizations.disk' },
  { at: 'partitioning_mode', option: 'customizations.partitioning_mode' },
  { at: 'hostname', option: 'customizations.hostname' },
  { at: 'timezone', option: 'customizations.timezone' },
  { at: 'locale', option: 'customizations.locale' },
  { at: 'kernel/name', option: 'customizations.kernel.name' },
  { at: 'kernel/append', option: 'customizations.kernel.append' },
  { at: 'services', option: 'customizations.services' },
  { at: 'firewall', option: 'customizations.firewall' },
  { at: 'openscap', option: 'customizations.openscap' },
  { at: 'fips', option: 'customizations.fips' },
  { at: 'installer', option: 'customizations.installer' },
  { at: 'cacerts', option: 'customizations.cacerts' },
  { at: 'custom_repositories', option: 'customizations.repositories' },
  { at: 'installation_device', option: 'customizations.installation_device' },
  { at: 'fdo', option: 'customizations.fdo' },
  { at: 'ignition', option: 'customizations.ignition' },
  // Registration consists of files, a service, and a certificate.
  { at: 'aap_registration', option: 'customizations.files' },
  { at: 'aap_registration', option: 'customizations.services' },
  { at: 'aap_registration/tls_certificate_authority', option: 'customizations.cacerts' },
];

/** Listed for some image types although it has no effect on them, or on any of ours. */
const WITHOUT_EFFECT: readonly {
  readonly at: string;
  /** `null` for all image types. */
  readonly on: BuildTarget['imageType'] | null;
  readonly mode?: BuildTarget['mode'];
}[] = [
  { at: 'subscription', on: null, mode: 'image' },
  { at: 'installation_device', on: null },
  { at: 'fdo', on: null },
  { at: 'ignition', on: null },
  { at: 'subscription', on: 'edge-installer' },
  { at: 'subscription', on: 'network-installer' },
  { at: 'timezone', on: 'edge-installer' },
  { at: 'locale', on: 'edge-installer' },
  { at: 'locale/keyboard', on: 'network-installer' },
];

/** Whether a list names an option, one that it is part of, or one of its parts. */
export function isListed(supported: readonly string[], option: string): boolean {
  return supported.some(
    (listed) => listed === option || option.startsWith(`${listed}.`) || listed.startsWith(`${option}.`),
  );
}

const isGiven = (at: string, value: unknown): boolean => {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !(DROPPED_WHEN_EMPTY.has(at) && value === '');
};

/** The place of a member that the request has; `null` without it. */
const given = (
  customizations: Customizations,
  at: string,
): { readonly pointer: string; readonly value: unknown } | null => {
  if (!Object.hasOwn(customizations, at.split('/', 1)[0] as string)) return null;
  const [place] = select(customizations, at);
  return place && isGiven(at, place.value) ? place : null;
};

/** Texts of one line, such as a host name. */
const shownValue = (value: unknown): { readonly value?: string } =>
  typeof value === 'string' && !value.includes('\n') ? { value } : {};

const takenBy = ({ mode, distribution }: BuildTarget, imageTypes: readonly string[]): string => {
  if (imageTypes.length > 0) return `taken by ${imageTypes.join(', ')}`;
  return mode === 'image' ? 'the container has to bring it' : `no image type of ${distribution} takes it`;
};

const leftOut = ({ customizations, target }: BuildSubject, { at, option }: OptionEntry): Violation[] => {
  const { options, imageType, distribution } = target;
  const place = given(customizations, at);
  if (place === null || isListed(options?.supported ?? [], option)) return [];
  const imageTypes = target.typesTaking(option);
  return [
    {
      ...{ pointer: place.pointer, ...shownValue(place.value), imageTypes },
      says: `is left out of the image: ${imageType} of ${distribution} does not take ${option}; ${takenBy(target, imageTypes)}`,
    },
  ];
};

/** Customizations that the image type does not take: composer builds the image without them. */
export const LEFT_OUT: Rule = {
  title: 'left out of the image',
  kind: 'warning',
  lost: true,
  find: (subject) =>
    (subject.target.options?.supported ?? null) === null ? [] : OPTIONS.flatMap((entry) => leftOut(subject, entry)),
};

/** Customizations that composer takes and that have no effect on the image type. */
export const NO_EFFECT: Rule = {
  title: 'no effect',
  kind: 'warning',
  lost: true,
  find: ({ customizations, target: { imageType, distribution, mode: targetMode } }) =>
    WITHOUT_EFFECT.flatMap(({ at, on, mode = 'package' }) => {
      if (mode !== targetMode || (on !== null && on !== imageType)) return [];
      const place = given(customizations, at);
      if (place === null) return [];
      const scope =
        on === null && mode === 'package' ? 'any image type that is offered' : `${imageType} of ${distribution}`;
      return [{ pointer: place.pointer, ...shownValue(place.value), says: `has no effect on ${scope}` }];
    }),
};

/** Customizations without which the image type cannot be built. */
export const REQUIRED: Rule = {
  title: 'required customization',
  kind: 'error',
  find: ({ customizations, target: { options, imageType, distribution } }) =>
    (options?.required ?? []).flatMap((option) => {
      const entry = OPTIONS.find((known) => known.option === option);
      if (!entry || given(customizations, entry.at)) return [];
      const pointer = `/customizations/${entry.at}`;
      return [{ pointer, says: `is missing: ${imageType} of ${distribution} cannot be built without it` }];
    }),
};
