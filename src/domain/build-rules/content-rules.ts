import type { ComposerCustomRepository, ComposerPayloadRepository, Customizations } from '../compose-requests/types.ts';
import { isCertificateBundle } from './certificates.ts';
import { isRequestUri } from './request-uri.ts';
import {
  duplicates,
  select,
  textRule,
  toFinding,
  type Finding,
  type Rule,
  type TextEntry,
  type Violation,
} from './rule.ts';
import { hasSystem } from './target.ts';

const isGpgKey = (key: string): boolean =>
  (key.startsWith('-----BEGIN PGP PUBLIC KEY BLOCK-----') && key.includes('-----END PGP PUBLIC KEY BLOCK-----')) ||
  isRequestUri(key);

const REPOSITORY_FILE = /^[A-Za-z0-9_.-]{1,250}\.repo$/;

/** A reference as registries take it, with tag and digest. */
const DOMAIN = String.raw`(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d+)?`;
const PATH = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const REFERENCE = new RegExp(
  String.raw`^(?:${DOMAIN}\/)?${PATH}(?:\/${PATH})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$`,
);

const PACKAGE = /^@?[^\s@-]\S*$/;

const REPOSITORY_ID = /^[\p{L}\p{N}_.:-]+$/u;

const ENTRIES: readonly TextEntry[] = [
  {
    ...{ at: 'packages/#', kind: 'warning', title: 'package' },
    fails: (name) => !PACKAGE.test(name) || /^[a-z]+:\/\//.test(name),
    ...{ says: 'is no name of a package', takes: 'a name, or "@" and the name of a group' },
  },
  {
    ...{ at: 'enabled_modules/#/name', kind: 'warning', title: 'module' },
    fails: (name) => !/^[^\s:/]+$/.test(name),
    ...{ says: 'is no name of a module', takes: 'a name such as nodejs' },
  },
  {
    ...{ at: 'enabled_modules/#/stream', kind: 'warning', title: 'module' },
    fails: (stream) => !/^[^\s:/]+$/.test(stream),
    ...{ says: 'is no stream of a module', takes: 'a name such as 22' },
  },
  {
    ...{ at: 'containers/#/source', kind: 'warning', title: 'container', hidden: true },
    fails: (source) => !REFERENCE.test(source),
    ...{
      says: 'is no reference to a container',
      takes: 'registry, path and tag, as in registry.example.com/tools/agent:1.4',
    },
  },
  {
    ...{ at: 'cacerts/pem_certs/#', kind: 'error', title: 'certificate', applies: hasSystem, hidden: true },
    fails: (text) => !isCertificateBundle(text),
    ...{ says: 'is no certificate', takes: 'X.509 certificates in PEM format' },
  },
  {
    ...{ at: 'aap_registration/tls_certificate_authority', kind: 'error', title: 'certificate' },
    ...{ applies: hasSystem, hidden: true },
    fails: (text) => text !== '' && !isCertificateBundle(text),
    ...{ says: 'is no certificate', takes: 'X.509 certificates in PEM format' },
  },
  {
    ...{ at: 'custom_repositories/#/id', kind: 'error', title: 'repository id' },
    fails: (id) => !REPOSITORY_ID.test(id),
    ...{ says: 'is no id', takes: 'letters, digits, "_", ".", ":" and "-"' },
  },
  {
    // The build takes other letters; dnf ignores such a repository.
    ...{ at: 'custom_repositories/#/id', kind: 'warning', title: 'repository id' },
    fails: (id) => REPOSITORY_ID.test(id) && !/^[\w.:-]+$/.test(id),
    ...{ says: 'is no id that dnf reads', takes: 'letters from a to z, digits, "_", ".", ":" and "-"' },
  },
  {
    ...{ at: 'custom_repositories/#/filename', kind: 'error', title: 'repository file' },
    fails: (name) => name !== '' && !REPOSITORY_FILE.test(name.endsWith('.repo') ? name : `${name}.repo`),
    ...{ says: 'is no file name', takes: 'letters, digits, "_", "." and "-", with or without .repo' },
  },
  {
    ...{ at: 'custom_repositories/#/gpgkey/#', kind: 'error', title: 'GPG key', hidden: true },
    fails: (key) => !isGpgKey(key),
    ...{ says: 'is no GPG key', takes: 'an armored public key, or an address' },
  },
  {
    ...{ at: 'custom_repositories/#/baseurl/#', kind: 'error', title: 'repository address', applies: hasSystem },
    fails: (url) => url === '',
    ...{ says: 'is empty', takes: 'an address' },
  },
  {
    ...{ at: 'custom_repositories/#/baseurl/#', kind: 'warning', title: 'repository address', hidden: true },
    fails: (url) => url !== '' && !/^(?:https?|ftp|file):\/\/\S+$/i.test(url),
    ...{
      says: 'is no address of a repository',
      takes: 'an address that begins with https://, http://, ftp:// or file://',
    },
  },
  {
    ...{ at: 'aap_registration/ansible_callback_url', kind: 'warning', title: 'registration', hidden: true },
    fails: (url) => !/^https?:\/\/\S+$/i.test(url),
    ...{ says: 'is no address', takes: 'an address that begins with https:// or http://' },
  },
];

type CustomRepository = NonNullable<Customizations['custom_repositories']>[number];

/** Rules about repositories as the request has them. */
const repositoryRule = (
  title: string,
  fault: (repository: CustomRepository) => Omit<Violation, 'pointer'> | null,
  applies?: Rule['applies'],
): Rule => ({
  ...{ title, kind: 'error', about: ['custom_repositories'], ...(applies ? { applies } : {}) },
  find: ({ customizations: { custom_repositories: repositories = [] } }) =>
    repositories.flatMap((repository, index) => {
      const found = fault(repository);
      return found ? [{ pointer: `/customizations/custom_repositories/${index}`, ...found }] : [];
    }),
});

const addressesOf = ({
  baseurl,
  metalink,
  mirrorlist,
}: CustomRepository | ComposerPayloadRepository): readonly string[] =>
  Object.entries({ baseurl: baseurl?.length ? 'given' : '', metalink, mirrorlist })
    .filter(([, value]) => Boolean(value))
    .map(([name]) => name);

const SEVERAL_ADDRESSES = repositoryRule(
  'repository address',
  (repository) => {
    const given = addressesOf(repository);
    return given.length > 1
      ? { says: `has ${given.join(' and ')}`, takes: 'one of the three kinds of addresses' }
      : null;
  },
  hasSystem,
);

/** The file gets its name from the id. */
const FILE_OF_ID = repositoryRule('repository file', ({ id, filename }) =>
  filename || REPOSITORY_FILE.test(id.endsWith('.repo') ? id : `${id}.repo`)
    ? null
    : { value: id, says: 'cannot name a file', takes: 'a filename, or an id of letters, digits, "_", "." and "-"' },
);

const MODULES: Rule = {
  ...{ title: 'module', kind: 'warning', about: ['enabled_modules'] },
  find: ({ customizations }) =>
    duplicates(select(customizations, 'enabled_modules/#/name')).map(({ pointer, value }) => ({
      ...{ pointer, value: String(value), says: 'is given twice', takes: 'one stream of a module' },
    })),
};

/** Packages, containers, certificates and repositories. */
export const CONTENT_RULES: readonly Rule[] = [...ENTRIES.map(textRule), ...[SEVERAL_ADDRESSES, FILE_OF_ID, MODULES]];

/** Repositories as composer receives them, with what content sources knows of them. */
export interface ResolvedRepositories {
  readonly custom: readonly ComposerCustomRepository[];
  readonly payload: readonly ComposerPayloadRepository[];
}

const RESOLVED: Rule = { title: 'repository', kind: 'error', find: () => [] };

const resolvedFault = (
  { check_gpg: checked, gpgkey }: { readonly check_gpg?: boolean; readonly gpgkey?: string | readonly string[] },
  addresses: readonly string[],
): Omit<Violation, 'pointer'> | null => {
  if (addresses.length === 0) return { says: 'has no address', takes: 'baseurl, metalink or mirrorlist' };
  return checked && !gpgkey?.length
    ? { says: 'verifies packages without a key', takes: 'a gpgkey with check_gpg' }
    : null;
};

/** Problems that are certain only when the repositories are known: they lack an address or a key. */
export function findRepositoryIssues(
  { custom_repositories: requested = [], payload_repositories: requestedPayload = [] }: Customizations,
  { custom, payload }: ResolvedRepositories,
): readonly Finding[] {
  const toFindings = (fault: Omit<Violation, 'pointer'> | null, list: string, place = 0): Finding[] =>
    fault ? [toFinding(RESOLVED, { pointer: `/customizations/${list}/${place}`, ...fault })] : [];
  // Maps of the first places: a request may have thousands of repositories.
  const idPlaces = new Map(requested.map(({ id }, index) => [id, index] as const).reverse());
  const addressPlaces = new Map(requestedPayload.map(({ baseurl }, index) => [baseurl, index] as const).reverse());
  return [
    ...custom.flatMap((repository) => {
      const fault = resolvedFault(repository, addressesOf(repository));
      return toFindings(fault, 'custom_repositories', idPlaces.get(repository.id));
    }),
    ...payload.flatMap((repository) => {
      const fault = resolvedFault(repository, addressesOf(repository));
      return toFindings(fault, 'payload_repositories', addressPlaces.get(repository.baseurl));
    }),
  ];
}
