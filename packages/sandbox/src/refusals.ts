// The checks of composer beyond its schema that matter to a caller.
import type { components } from '../../../generated/upstream/composer.ts';
import type { DistributionRegistry } from '../../../src/domain/distributions/registry.ts';
import { FAIL, imagesOf, NO_MANIFEST, packagesOf, REFUSE, TIMEOUT, type ComposeRequest } from './builds.ts';
import { findByComposerName } from './distributions.ts';
import { RefusalError } from './errors.ts';
import { findImageType } from './image-types.ts';

type Schemas = components['schemas'];

const refuseRepositories = (repositories: readonly Schemas['Repository'][]): void => {
  for (const { baseurl, metalink, mirrorlist, check_gpg: checked, gpgkey } of repositories) {
    if (!baseurl && metalink === undefined && mirrorlist === undefined) throw new RefusalError(7);
    if (checked && !gpgkey) throw new RefusalError(29);
  }
};

const refusePlace = (registry: DistributionRegistry, name: string, architecture: string): void => {
  const distribution = findByComposerName(registry, name);
  if (distribution === null) throw new RefusalError(4);
  if (!distribution.architectures.keys().some((known) => known === architecture)) throw new RefusalError(5);
};

/** Image types that are made of a bootable container; the image library calls some of them otherwise. */
const IMAGE_MODE_TYPES: ReadonlySet<string> = new Set([
  ...['aws', 'azure', 'gcp', 'guest-image', 'oci', 'vsphere', 'vsphere-ova', 'pxe-tar-xz', 'bootable-container-iso'],
]);

const CONTAINER_TYPES: ReadonlySet<string> = new Set(['edge-container', 'iot-container', 'iot-bootable-container']);

/** Image types of each target; a target that is not listed takes all. */
const takesType = (target: Schemas['UploadTarget']['type'], type: string): boolean => {
  const cloud = ['aws', 'gcp', 'azure', 'oci'].find((name) => type === name || type.startsWith(`${name}-`));
  switch (target) {
    case 'aws':
    case 'gcp':
    case 'azure':
      return cloud === target;
    case 'oci.objectstorage':
      return cloud === 'oci';
    case 'container':
      return CONTAINER_TYPES.has(type);
    case 'aws.s3':
      return cloud === undefined;
    default:
      return true;
  }
};

const refuseImage = (image: Schemas['ImageRequest'], distribution: string): void => {
  const { architecture, image_type: type, repositories, ostree, upload_targets: targets = [] } = image;
  if (findImageType(distribution, architecture, type) === null) throw new RefusalError(6);
  refuseRepositories(repositories);
  if (targets.some((target) => !takesType(target.type, type))) throw new RefusalError(38);
  if (ostree?.contenturl !== undefined && ostree.url === undefined) throw new RefusalError(27);
};

const INVALID_PATH = /[^/]\/$|^[^/]|\/\//;

/** Composer itself checks paths; what an image type does not take it drops, and the build succeeds without it. */
const refuseCustomizations = ({ customizations }: ComposeRequest): void => {
  for (const kind of ['files', 'directories'] as const) {
    const wrong = (customizations?.[kind] ?? []).filter(({ path }) => INVALID_PATH.test(path));
    if (wrong.length > 0)
      throw new RefusalError(
        35,
        `invalid ${kind}: ${wrong.map(({ path }) => `path ${path} is not canonical`).join(', ')}`,
      );
  }
};

/** Refuses a compose as composer does. @throws RefusalError */
export function refuseCompose(request: ComposeRequest, registry: DistributionRegistry): void {
  const images = imagesOf(request);
  if (images.length !== 1) throw new RefusalError(25);
  const { distribution, bootc } = request;
  if ((distribution === undefined) === (bootc === undefined)) {
    throw new RefusalError(30, 'exactly one of distribution and bootc is needed');
  }
  if (packagesOf(request).includes(REFUSE)) throw new RefusalError(35, `Sandbox: because of package ${REFUSE}`);
  refuseCustomizations(request);
  refuseRepositories(request.customizations?.payload_repositories ?? []);
  if (bootc !== undefined && images.some(({ image_type: type }) => !IMAGE_MODE_TYPES.has(type)))
    throw new RefusalError(6);
  for (const image of distribution === undefined ? [] : images) {
    refusePlace(registry, distribution as string, image.architecture);
    refuseImage(image, distribution as string);
  }
  if (packagesOf(request).includes(NO_MANIFEST)) {
    throw new RefusalError(
      1005,
      `Sandbox: creating a manifest on worker 10.0.0.7 (/srv/sandbox/state) failed: because of package ${NO_MANIFEST}`,
    );
  }
}

/** Refuses to resolve packages as composer does: it reports every failure of the job alike. @throws RefusalError */
export function refuseDepsolve(request: Schemas['DepsolveRequest'], registry: DistributionRegistry): void {
  const { blueprint, distribution, architecture, image_type: type, repositories = [] } = request;
  const { packages = [], groups = [], distro } = blueprint;
  if (distro !== undefined && distro !== '' && distro !== distribution) throw new RefusalError(40);
  refusePlace(registry, distribution, architecture);
  refuseRepositories(repositories);
  if (type !== undefined && findImageType(distribution, architecture, type) === null) throw new RefusalError(6);
  const names = [...packages, ...groups].map(({ name }) => name);
  if (names.includes(TIMEOUT))
    throw new RefusalError(1002, 'Depsolve job "5a0d0000-0000-4000-8000-00000000dead" timed out');
  if (names.includes(FAIL)) throw new RefusalError(1002);
}
