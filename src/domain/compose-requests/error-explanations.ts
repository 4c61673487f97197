import type { components } from '../../../generated/image-builder.ts';
import { CANCELLED_ID } from './cancelled.ts';

/** The members of an error's subject. */
export type SubjectPart = keyof components['schemas']['ComposeErrorSubject'];

/** A hint for users, and the parts of the subject that the error's details may name. */
export interface Explanation {
  readonly hint: string;
  readonly names?: readonly SubjectPart[];
}

/** Ids of composer's job errors, under composer's names. */
const ERROR_IDS = {
  NoDynamicArgs: 1,
  InvalidTargetConfig: 2,
  SharingTarget: 3,
  InvalidTarget: 4,
  DepsolveDependency: 5,
  ReadingJobStatus: 6,
  ParsingDynamicArgs: 7,
  ManifestGeneration: 8,
  ManifestDependency: 9,
  BuildJob: 10,
  UploadingImage: 11,
  ImportingImage: 12,
  KojiFailedDependency: 13,
  KojiBuild: 14,
  KojiInit: 15,
  KojiFinalize: 16,
  InvalidConfig: 17,
  OldResultCompatible: 18,
  EmptyManifest: 19,
  DNFDepsolveError: 20,
  DNFMarkingErrors: 21,
  DNFOtherError: 22,
  RPMMDError: 23,
  EmptyPackageSpecs: 24,
  DNFRepoError: 25,
  JobDependency: 26,
  JobMissingHeartbeat: 27,
  TargetError: 28,
  ParsingJobArgs: 29,
  ContainerResolution: 30,
  ContainerDependency: 31,
  OSTreeRefInvalid: 32,
  OSTreeRefResolution: 33,
  OSTreeParamsInvalid: 34,
  OSTreeDependency: 35,
  RemoteFileResolution: 36,
  JobPanicked: 37,
  GeneratingSignedURL: 38,
  InvalidRepositoryURL: 39,
} as const;

const PACKAGES_AND_REPOSITORIES = ['packages', 'repositories'] as const;

const REBUILD = 'Nothing is wrong with your request: build it again.';
const REBUILD_OR_REPORT = `${REBUILD} If it fails once more, report it with the id of the compose.`;
const REPORT =
  'This is a fault of the build service, and no change of the request helps: report it with the id of the compose.';

/** Explanations by error id. */
export const EXPLANATIONS: Readonly<Record<number, Explanation>> = {
  [ERROR_IDS.NoDynamicArgs]: {
    hint: `A step of the build did not get the results of the steps before it. ${REBUILD_OR_REPORT}`,
  },
  [ERROR_IDS.InvalidTargetConfig]: {
    hint: 'The upload target is not configured in a way that can be used. Check the options of the upload request; if they are right, report it with the id of the compose.',
  },
  [ERROR_IDS.SharingTarget]: {
    hint: 'The image was made, but could not be shared. Check that the accounts to share it with exist and are written right, then build it again.',
  },
  [ERROR_IDS.InvalidTarget]: {
    hint: 'The build service does not know the upload target, or cannot use it for this image type. Choose another one.',
  },
  [ERROR_IDS.DepsolveDependency]: {
    hint: 'The packages of the image could not be worked out. Check the names of the packages, and that every repository can be reached.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  [ERROR_IDS.ReadingJobStatus]: {
    hint: `The build service could not read how far one of its own steps was. ${REBUILD_OR_REPORT}`,
  },
  [ERROR_IDS.ParsingDynamicArgs]: {
    hint: `A step of the build could not read the results of the steps before it. ${REBUILD_OR_REPORT}`,
  },
  [ERROR_IDS.ManifestGeneration]: {
    hint: 'The request could not be turned into the steps of a build. Customizations that do not fit together, or not the image type, are the usual cause: leave them out one by one.',
  },
  [ERROR_IDS.ManifestDependency]: {
    hint: 'Something that the build needs could not be prepared: packages, containers, commits or files. Check the names and addresses in the request.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  [ERROR_IDS.BuildJob]: {
    hint: 'A step of the build failed while the image was made. Scripts of packages, files that collide with those of packages, and too small file systems are the usual causes; the details or the log say which step it was.',
    names: ['files'],
  },
  [ERROR_IDS.UploadingImage]: {
    hint: 'The image was made, but could not be uploaded. Check that the target exists and that the service may write to it, then build it again.',
  },
  [ERROR_IDS.ImportingImage]: {
    hint: 'The image was uploaded, but the cloud did not accept it as one. Check the options of the upload request, like names and the region, then build it again.',
  },
  [ERROR_IDS.KojiFailedDependency]: { hint: `A step before the Koji build failed. ${REBUILD_OR_REPORT}` },
  [ERROR_IDS.KojiBuild]: { hint: `The build failed in Koji. ${REBUILD_OR_REPORT}` },
  [ERROR_IDS.KojiInit]: { hint: `The build could not be begun in Koji. ${REBUILD_OR_REPORT}` },
  [ERROR_IDS.KojiFinalize]: { hint: `The build could not be finished in Koji. ${REBUILD_OR_REPORT}` },
  [ERROR_IDS.InvalidConfig]: { hint: `The build service is not configured for this. ${REPORT}` },
  [ERROR_IDS.OldResultCompatible]: {
    hint: `The build failed on an old worker, which does not tell why. ${REBUILD_OR_REPORT}`,
  },
  [ERROR_IDS.EmptyManifest]: { hint: `The build had no steps. ${REPORT}` },
  [ERROR_IDS.DNFDepsolveError]: {
    hint: 'The packages do not fit together: one conflicts with another, or needs something that no repository has. Leave it out, take another version, or add the repository that has what it needs.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  [ERROR_IDS.DNFMarkingErrors]: {
    hint: 'A package does not exist in the repositories of the image, or cannot be installed. Check the spelling of the names, and that the repositories they come from are part of the request.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  [ERROR_IDS.DNFOtherError]: {
    hint: 'The packages of the image could not be worked out. Check the names of the packages, and that every repository can be reached and holds what it should.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  [ERROR_IDS.RPMMDError]: {
    hint: 'The lists of packages could not be read from the repositories. Check that every repository can be reached and is complete, then build it again.',
    names: PACKAGES_AND_REPOSITORIES,
  },
  [ERROR_IDS.EmptyPackageSpecs]: { hint: `No package was found for the image. ${REPORT}` },
  [ERROR_IDS.DNFRepoError]: {
    hint: 'A repository cannot be used: it cannot be reached, or its metadata or key is not what it should be. Check its address and key, and that it can be reached without a login.',
    names: ['repositories'],
  },
  [ERROR_IDS.JobDependency]: {
    hint: `A step that the build depends on failed, and did not say why. ${REBUILD_OR_REPORT}`,
  },
  [ERROR_IDS.JobMissingHeartbeat]: { hint: `The machine that ran the build was lost. ${REBUILD}` },
  [ERROR_IDS.TargetError]: {
    hint: 'The image was made, but could not be delivered to the target. Check the options of the upload request, then build it again.',
  },
  [ERROR_IDS.ParsingJobArgs]: { hint: `A step of the build could not read what it was to do. ${REPORT}` },
  [ERROR_IDS.ContainerResolution]: {
    hint: 'A container image could not be found. Check its reference, and that the registry can be reached without a login and has it for this architecture.',
  },
  [ERROR_IDS.ContainerDependency]: {
    hint: 'A container image that the build needs could not be found. Check the references of the containers in the request.',
  },
  [ERROR_IDS.OSTreeRefInvalid]: {
    hint: 'The name of the OSTree reference is not valid. Check `ostree.ref` of the image request.',
  },
  [ERROR_IDS.OSTreeRefResolution]: {
    hint: 'The OSTree reference was not found in its repository. Check `ostree.url` and `ostree.ref` of the image request, and that the repository can be reached.',
    names: ['repositories'],
  },
  [ERROR_IDS.OSTreeParamsInvalid]: {
    hint: 'The OSTree options are not valid, or do not go together. A parent needs an address, for example.',
    names: ['repositories'],
  },
  [ERROR_IDS.OSTreeDependency]: {
    hint: 'The OSTree commit that the build needs could not be found. Check the `ostree` options of the image request.',
  },
  [ERROR_IDS.RemoteFileResolution]: {
    hint: 'A file that the image was to be made of could not be fetched. Check its address, and that it can be reached without a login.',
    names: ['files'],
  },
  [ERROR_IDS.JobPanicked]: { hint: `The program that ran a step of the build broke down. ${REBUILD_OR_REPORT}` },
  [ERROR_IDS.GeneratingSignedURL]: {
    hint: `The image was uploaded, but no address could be made to download it from. ${REBUILD_OR_REPORT}`,
  },
  [ERROR_IDS.InvalidRepositoryURL]: {
    hint: 'The address of a repository is not valid. Check the addresses in the request.',
    names: ['repositories'],
  },
  [CANCELLED_ID]: {
    hint: 'The build was cancelled before it was over. Build the same again with POST /composes/{composeId}/rebuild.',
  },
};
