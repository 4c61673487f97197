// What composer's errors mean, for people who do not know its code. The numbers are those of its jobs; their names, in the comments,
// are composer's own.
import type { components } from '../../../generated/image-builder.ts';
import { CANCELLED_ID } from './cancelled.ts';
import type { ImageStatus } from './image-status.ts';

type Subject = components['schemas']['ComposeErrorSubject'];
type Part = keyof Subject;

interface Explanation {
  readonly hint: string;
  /** What the details of such an error may name. */
  readonly names?: readonly Part[];
}

const PACKAGES_AND_REPOSITORIES = ['packages', 'repositories'] as const;

const REBUILD = 'Nothing is wrong with your request: build it again.';
const REBUILD_OR_REPORT = `${REBUILD} If it fails once more, report it with the id of the compose.`;
const REPORT =
  'This is a fault of the build service, and no change of the request helps: report it with the id of the compose.';

const EXPLANATIONS: Readonly<Record<number, Explanation>> = {
  // NoDynamicArgs
  1: { hint: `A step of the build did not get the results of the steps before it. ${REBUILD_OR_REPORT}` },
  // InvalidTargetConfig
  2: {
    hint: 'The upload target is not configured in a way that can be used. Check the options of the upload request; if they are right, report it with the id of the compose.',
  },
  // SharingTarget
  3: {
    hint: 'The image was made, but could not be shared. Check that the accounts to share it with exist and are written right, then build it again.',
  },
  // InvalidTarget
  4: {
    hint: 'The build service does not know the upload target, or cannot use it for this image type. Choose another one.',
  },
  // DepsolveDependency
  5: {
    hint: 'The packages of the image could not be worked out. Check the names of the packages, and that every repository can be reached.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  // ReadingJobStatus
  6: { hint: `The build service could not read how far one of its own steps was. ${REBUILD_OR_REPORT}` },
  // ParsingDynamicArgs
  7: { hint: `A step of the build could not read the results of the steps before it. ${REBUILD_OR_REPORT}` },
  // ManifestGeneration
  8: {
    hint: 'The request could not be turned into the steps of a build. Customizations that do not fit together, or not the image type, are the usual cause: leave them out one by one.',
  },
  // ManifestDependency
  9: {
    hint: 'Something that the build needs could not be prepared: packages, containers, commits or files. Check the names and addresses in the request.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  // BuildJob
  10: {
    hint: 'A step of the build failed while the image was made. Scripts of packages, files that collide with those of packages, and too small file systems are the usual causes; the details or the log say which step it was.',
    names: ['files'],
  },
  // UploadingImage
  11: {
    hint: 'The image was made, but could not be uploaded. Check that the target exists and that the service may write to it, then build it again.',
  },
  // ImportingImage
  12: {
    hint: 'The image was uploaded, but the cloud did not accept it as one. Check the options of the upload request, like names and the region, then build it again.',
  },
  // KojiFailedDependency
  13: { hint: `A step before the Koji build failed. ${REBUILD_OR_REPORT}` },
  // KojiBuild
  14: { hint: `The build failed in Koji. ${REBUILD_OR_REPORT}` },
  // KojiInit
  15: { hint: `The build could not be begun in Koji. ${REBUILD_OR_REPORT}` },
  // KojiFinalize
  16: { hint: `The build could not be finished in Koji. ${REBUILD_OR_REPORT}` },
  // InvalidConfig
  17: { hint: `The build service is not configured for this. ${REPORT}` },
  // OldResultCompatible
  18: { hint: `The build failed on an old worker, which does not tell why. ${REBUILD_OR_REPORT}` },
  // EmptyManifest
  19: { hint: `The build had no steps. ${REPORT}` },
  // DNFDepsolveError
  20: {
    hint: 'The packages do not fit together: one conflicts with another, or needs something that no repository has. Leave it out, take another version, or add the repository that has what it needs.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  // DNFMarkingErrors
  21: {
    hint: 'A package does not exist in the repositories of the image, or cannot be installed. Check the spelling of the names, and that the repositories they come from are part of the request.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  // DNFOtherError
  22: {
    hint: 'The packages of the image could not be worked out. Check the names of the packages, and that every repository can be reached and holds what it should.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  // RPMMDError
  23: {
    hint: 'The lists of packages could not be read from the repositories. Check that every repository can be reached and is complete, then build it again.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  // EmptyPackageSpecs
  24: { hint: `No package was found for the image. ${REPORT}` },
  // DNFRepoError
  25: {
    hint: 'A repository cannot be used: it cannot be reached, or its metadata or key is not what it should be. Check its address and key, and that it can be reached without a login.',
    names: ['repositories'],
  },
  // JobDependency
  26: { hint: `A step that the build depends on failed, and did not say why. ${REBUILD_OR_REPORT}` },
  // JobMissingHeartbeat
  27: { hint: `The machine that ran the build was lost. ${REBUILD}` },
  // TargetError
  28: {
    hint: 'The image was made, but could not be delivered to the target. Check the options of the upload request, then build it again.',
  },
  // ParsingJobArgs
  29: { hint: `A step of the build could not read what it was to do. ${REPORT}` },
  // ContainerResolution
  30: {
    hint: 'A container image could not be found. Check its reference, and that the registry can be reached without a login and has it for this architecture.',
  },
  // ContainerDependency
  31: {
    hint: 'A container image that the build needs could not be found. Check the references of the containers in the request.',
  },
  // OSTreeRefInvalid
  32: { hint: 'The name of the OSTree reference is not valid. Check `ostree.ref` of the image request.' },
  // OSTreeRefResolution
  33: {
    hint: 'The OSTree reference was not found in its repository. Check `ostree.url` and `ostree.ref` of the image request, and that the repository can be reached.',
    names: ['repositories'],
  },
  // OSTreeParamsInvalid
  34: {
    hint: 'The OSTree options are not valid, or do not go together. A parent needs an address, for example.',
    names: ['repositories'],
  },
  // OSTreeDependency
  35: {
    hint: 'The OSTree commit that the build needs could not be found. Check the `ostree` options of the image request.',
  },
  // RemoteFileResolution
  36: {
    hint: 'A file that the image was to be made of could not be fetched. Check its address, and that it can be reached without a login.',
    names: ['files'],
  },
  // JobPanicked
  37: { hint: `The program that ran a step of the build broke down. ${REBUILD_OR_REPORT}` },
  // GeneratingSignedURL
  38: { hint: `The image was uploaded, but no address could be made to download it from. ${REBUILD_OR_REPORT}` },
  // InvalidRepositoryURL
  39: {
    hint: 'The address of a repository is not valid. Check the addresses in the request.',
    names: ['repositories'],
  },
  [CANCELLED_ID]: {
    hint: 'The build was cancelled before it was over. Build the same again with POST /composes/{composeId}/rebuild.',
  },
};

/** Details come from somewhere else, and may be of any size and depth. */
const MAX_DEPTH = 8;
const MAX_TEXT = 20_000;
const MAX_NODES = 500;

/** The texts in a value, joined by line breaks. */
const textOf = (value: unknown): string => {
  const texts: string[] = [];
  let left = MAX_TEXT;
  let nodes = MAX_NODES;
  const walk = (node: unknown, depth: number): void => {
    if (left <= 0 || nodes <= 0) return;
    nodes -= 1;
    if (typeof node === 'string') {
      texts.push(node.slice(0, left));
      left -= node.length;
    } else if (typeof node === 'object' && node !== null && depth < MAX_DEPTH) {
      for (const member of Object.values(node)) walk(member, depth + 1);
    }
  };
  walk(value, 0);
  return texts.join('\n');
};

/** A package, a group or a module, with version and architecture where the text has them. */
const NAME = /^[@\w][\w.+~^:@/()-]{0,199}$/;

/** Lists of names, and single ones, as DNF says them. */
const PACKAGES: readonly RegExp[] = [
  /missing packages?: ([^\n]{1,2000})/gi,
  /missing groups or modules: ([^\n]{1,2000})/gi,
  /broken (?:packages|groups or modules): ([^\n]{1,2000})/gi,
  /no match for (?:argument|group package)s?:? ([^\n]{1,2000})/gi,
  /unable to find a match: ([^\n]{1,2000})/gi,
  /no package (\S{1,200}) available/gi,
  /nothing provides (\S{1,200})/gi,
  /needed by (\S{1,200})/gi,
  /package (\S{1,200}) (?:requires|conflicts|obsoletes)/gi,
  /cannot install both (\S{1,200}) (?:from \S{1,200} )?and \S/gi,
  /cannot install both \S{1,200} (?:from \S{1,200} )?and (\S{1,200})/gi,
];

const URL_TEXT = String.raw`https?:\/\/[^\s"'<>\\]{1,499}`;
const REPOSITORIES: readonly RegExp[] = [
  /repo(?:sitory)?:? ["'\u201c]([^"'\u201d\n]{1,200})["'\u201d]/gi,
  new RegExp(`(${URL_TEXT})`, 'gi'),
];
const FILES: readonly RegExp[] = [
  // Paths in quotes; where the tree of the image stands during the build is nobody's concern.
  /["'`](?:\/run\/osbuild\/tree)?(\/[^"'`\n]{1,499})["'`]/g,
  new RegExp(`(${URL_TEXT})`, 'gi'),
];

/** Punctuation of the sentence, not of what it names. */
const trim = (text: string): string => text.trim().replace(/[\s,;:.!?]{1,20}$/, '');

/** The same of an address, which may stand in brackets. */
const trimAddress = (text: string): string => text.trim().replace(/[\s,;:.!?)\]}]{1,20}$/, '');

/** Brackets around a name are those of the sentence; those of a capability like `libc.so.6()(64bit)` are its own. */
const unbracket = (text: string): string => (text.startsWith('(') ? text.slice(1).replace(/\)$/, '') : text);

const finders: Readonly<Record<Part, (text: string) => readonly string[]>> = {
  packages: (text) =>
    PACKAGES.flatMap((pattern) => [...text.matchAll(pattern)])
      .flatMap(([, names = '']) => names.split(/[\s,]+/))
      .map((name) => trim(unbracket(name)))
      .filter((name) => NAME.test(name)),
  repositories: (text) =>
    REPOSITORIES.flatMap((pattern) => [...text.matchAll(pattern)]).map(([, name = '']) => trimAddress(name)),
  files: (text) => FILES.flatMap((pattern) => [...text.matchAll(pattern)]).map(([, name = '']) => trimAddress(name)),
};

const MAX_NAMES = 20;

const subjectOf = (parts: readonly Part[], text: string): Subject | null => {
  const found = parts
    .map((part): [Part, string[]] => [part, [...new Set(finders[part](text))].filter(Boolean).slice(0, MAX_NAMES)])
    .filter(([, names]) => names.length > 0);
  return found.length === 0 ? null : Object.fromEntries(found);
};

/**
 * The status of a failed build with what its error means, and what it is about where the details name it. To be given what may be
 * shown: what is found in the details is shown as well.
 */
export function withHint(status: ImageStatus): ImageStatus {
  const { error } = status;
  const known = error && Object.hasOwn(EXPLANATIONS, error.id) ? EXPLANATIONS[error.id] : undefined;
  if (!error || !known) return status;
  const subject = subjectOf(known.names ?? [], textOf([error.reason, error.details]));
  return { ...status, error: { ...error, hint: known.hint, ...(subject ? { subject } : {}) } };
}
