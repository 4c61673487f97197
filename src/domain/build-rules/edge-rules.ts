import { isRequestUri } from './request-uri.ts';
import type { Rule, Violation } from './rule.ts';
import { isOstree, type BuildSubject, type BuildTarget } from './target.ts';

const REF = /^(?:[A-Za-z0-9_][-._A-Za-z0-9]*\/)*[A-Za-z0-9_][-._A-Za-z0-9]*$/;
const COMMIT = /^[0-9a-f]{64}$/;
const URL_TAKES = 'an absolute address';

type Ostree = NonNullable<BuildSubject['image']['ostree']>;

/** A rule about a member of the OSTree options. */
interface OstreeEntry {
  readonly member: '' | 'ref' | 'parent' | 'url' | 'contenturl';
  readonly applies?: (target: BuildTarget) => boolean;
  readonly fails: (ostree: Ostree) => boolean;
  readonly says: string;
  readonly takes?: string;
}

const isGiven = (text: string | undefined): text is string => text !== undefined && text !== '';

const OSTREE_ENTRIES: readonly OstreeEntry[] = [
  {
    ...{ member: '', applies: (target) => !isOstree(target), fails: () => true },
    ...{ says: 'is for images made of OSTree commits', takes: 'the image types edge-commit and edge-installer' },
  },
  {
    ...{ member: 'contenturl', fails: ({ contenturl, url }) => contenturl !== undefined && url === undefined },
    ...{ says: 'needs url beside it' },
  },
  {
    ...{ member: 'ref', fails: ({ ref }) => isGiven(ref) && (COMMIT.test(ref) || !REF.test(ref)) },
    ...{ says: 'is no reference', takes: 'a name such as rhel/9/x86_64/edge' },
  },
  {
    ...{ member: 'parent', fails: ({ parent }) => isGiven(parent) && !COMMIT.test(parent) && !REF.test(parent) },
    ...{ says: 'is no reference or commit', takes: 'a name such as rhel/9/x86_64/edge, or a checksum' },
  },
  {
    ...{ member: 'parent', fails: ({ parent, url }) => isGiven(parent) && !isGiven(url) },
    ...{ says: 'needs url, to read the parent from' },
  },
  {
    ...{ member: 'url', fails: ({ url }) => isGiven(url) && !isRequestUri(url) },
    ...{ says: 'is no address', takes: URL_TAKES },
  },
  {
    ...{ member: 'contenturl', fails: ({ contenturl }) => isGiven(contenturl) && !isRequestUri(contenturl) },
    ...{ says: 'is no address', takes: URL_TAKES },
  },
];

const toOstreeRule = ({ member, applies, fails, says, takes }: OstreeEntry): Rule => ({
  ...{ title: 'OSTree', kind: 'error', about: ['image'], ...(applies ? { applies } : {}) },
  find: ({ image: { ostree }, imagePointer }): Violation[] => {
    if (!ostree || !fails(ostree)) return [];
    // An address may contain a password.
    const value = member === 'ref' || member === 'parent' ? ostree[member] : undefined;
    return [
      {
        ...{ pointer: `${imagePointer}/ostree${member === '' ? '' : `/${member}`}`, says },
        ...(value === undefined ? {} : { value }),
        ...(takes === undefined ? {} : { takes }),
      },
    ];
  },
});

const INSTALLER_URL: Rule = {
  ...{ title: 'OSTree', kind: 'error', about: ['image'], applies: ({ imageType }) => imageType === 'edge-installer' },
  find: ({ image: { ostree }, imagePointer, target: { imageType } }) =>
    isGiven(ostree?.url)
      ? []
      : [{ pointer: `${imagePointer}/ostree/url`, says: `is missing: ${imageType} installs a commit from there` }],
};

const KEYS = ['diun_pub_key_hash', 'diun_pub_key_insecure', 'diun_pub_key_root_certs'] as const;

const FDO: Rule = {
  ...{ title: 'FIDO device onboarding', kind: 'error', about: ['fdo'] },
  find: ({ customizations: { fdo } }): Violation[] => {
    if (!fdo) return [];
    const given = KEYS.filter((key) => isGiven(fdo[key]));
    return [
      ...(isGiven(fdo.manufacturing_server_url)
        ? []
        : [{ pointer: '/customizations/fdo/manufacturing_server_url', says: 'is missing', takes: URL_TAKES }]),
      ...(given.length === 1
        ? []
        : [
            {
              pointer: '/customizations/fdo',
              says: `has ${given.length} kinds of keys`,
              takes: `one of ${KEYS.join(', ')}`,
            },
          ]),
    ];
  },
};

const IGNITION: Rule = {
  ...{ title: 'Ignition', kind: 'error', about: ['ignition'] },
  find: ({ customizations: { ignition } }): Violation[] => [
    ...(ignition?.embedded && ignition.firstboot
      ? [{ pointer: '/customizations/ignition', says: 'has embedded and firstboot', takes: 'one of the two' }]
      : []),
    ...(ignition?.firstboot?.url === ''
      ? [{ pointer: '/customizations/ignition/firstboot/url', says: 'is empty', takes: URL_TAKES }]
      : []),
  ],
};

/** OSTree commits, FIDO device onboarding and Ignition. */
export const EDGE_RULES: readonly Rule[] = [...OSTREE_ENTRIES.map(toOstreeRule), INSTALLER_URL, FDO, IGNITION];
