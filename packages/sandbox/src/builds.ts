// The state of a sandbox compose at a point in time, as pure functions: nothing runs in the background.
import { createHash } from 'node:crypto';
import type { components } from '../../../generated/upstream/composer.ts';
import { API_PATH } from './errors.ts';

type Schemas = components['schemas'];
export type ComposeRequest = Schemas['ComposeRequest'];
type ImageRequest = Schemas['ImageRequest'];
type ImageStatus = Schemas['ImageStatus'];
type UploadStatus = Schemas['UploadStatus'];
type PackageMetadata = Schemas['PackageMetadata'];

/** An accepted compose. */
export interface Build {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Milliseconds that it takes; 0 completes it at once. */
  readonly duration: number;
  readonly fails: boolean;
  readonly request: ComposeRequest;
}

/** Packages that control how the sandbox treats a request. */
export const FAIL = 'sandbox-fail';
export const SLOW = 'sandbox-slow';
/** Composer refuses the request as the caller's fault. */
export const REFUSE = 'sandbox-refuse';
/** The image library refuses the request, which composer reports as an internal error. */
export const NO_MANIFEST = 'sandbox-no-manifest';
/** Packages are not resolved in time. */
export const TIMEOUT = 'sandbox-timeout';
/** A package with another version in every response. */
const CHANGING = 'sandbox-changing';

const STEPS = ['packages', 'tree', 'bootloader', 'partitions', 'image'] as const;
const UNITS = 10;

/** Parts of the duration at which a build starts, and at which it fails. */
const STARTS = 0.1;
const FAILS = 0.5;

const SUPPORTED_UPLOADS: Readonly<Record<string, UploadStatus['type']>> = {
  aws: 'aws',
  azure: 'azure',
  gcp: 'gcp',
  oci: 'oci.objectstorage',
  'edge-container': 'container',
  'iot-container': 'container',
};

const FILES: Readonly<Record<string, string>> = {
  'guest-image': 'disk.qcow2',
  vsphere: 'disk.vmdk',
  'vsphere-ova': 'image.ova',
  wsl: 'disk.wsl',
  'image-installer': 'installer.iso',
  'network-installer': 'installer.iso',
  'edge-installer': 'installer.iso',
  'bootable-container-iso': 'installer.iso',
  'edge-commit': 'commit.tar',
  'pxe-tar-xz': 'pxe.tar.xz',
};

/** The images of a request: one, several, or none. */
export function imagesOf({ image_request: one, image_requests: several }: ComposeRequest): readonly ImageRequest[] {
  return several ?? (one ? [one] : []);
}

/** Packages of a request. */
export function packagesOf({ customizations, blueprint }: ComposeRequest): readonly string[] {
  return [...(customizations?.packages ?? []), ...(blueprint?.packages ?? []).map(({ name }) => name)];
}

const text = (options: object | undefined, name: string): string | null => {
  const value = (options as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

const hex = (algorithm: 'md5' | 'sha256', of: string): string => createHash(algorithm).update(of).digest('hex');

/** The location of an upload. URLs point to the sandbox; names and numbers derive from the id of the compose. */
const uploadOptions = (
  type: UploadStatus['type'],
  build: Build,
  image: ImageRequest,
  base: string,
): UploadStatus['options'] => {
  const name = text(image.upload_options, 'image_name') ?? `sandbox-${build.id}`;
  const file = `${base}/sandbox/images/${build.id}/${FILES[image.image_type] ?? 'image'}`;
  switch (type) {
    case 'aws':
      return {
        ami: `ami-${hex('md5', build.id).slice(0, 17)}`,
        region: text(image.upload_options, 'region') ?? 'us-east-1',
      };
    case 'gcp':
      return { project_id: 'sandbox-project', image_name: name };
    case 'azure':
      return { image_name: name };
    case 'container':
      return { url: `registry.sandbox.invalid/${name}:latest`, digest: `sha256:${hex('sha256', build.id)}` };
    case 'local':
      return { artifact_path: `/sandbox/${build.id}` };
    default:
      return { url: file };
  }
};

const targetsOf = (image: ImageRequest): readonly UploadStatus['type'][] =>
  image.upload_targets?.map(({ type }) => type) ?? [SUPPORTED_UPLOADS[image.image_type] ?? 'aws.s3'];

type JobError = NonNullable<ImageStatus['error']>;

const jobError = (id: number, reason: string, details: unknown): JobError => ({
  ...{ id, reason: `Sandbox: ${reason}`, details },
});

/** What a job before the build fails with, by the package that requests it. */
const DEPENDENCY_FAILURES: Readonly<Record<string, (packages: readonly string[]) => JobError>> = {
  [FAIL]: (packages) => {
    const text = `Sandbox: this compose was requested to fail. Missing packages: ${packages.join(', ') || FAIL}`;
    return jobError(5, 'the packages could not be resolved', [jobError(22, 'DNF error occurred: MarkingErrors', text)]);
  },
  'sandbox-fail-container': () =>
    jobError(31, 'a container could not be resolved', [
      jobError(30, 'the registry does not have the container', 'registry.sandbox.invalid/missing:latest'),
    ]),
  'sandbox-fail-ostree': () =>
    jobError(35, 'a commit could not be resolved', [
      jobError(
        33,
        'the reference is not in the repository',
        'https://ostree.sandbox.invalid/ does not have missing/ref',
      ),
    ]),
};

/** Whether a package of the request makes the compose fail. */
export function isToFail(request: ComposeRequest): boolean {
  return packagesOf(request).some((name) => name in DEPENDENCY_FAILURES);
}

/** A failure as composer reports it: every failed job before the build, each around its cause. */
const failure = ({ request }: Build): JobError => {
  const packages = packagesOf(request);
  const requested = packages.filter((name) => name in DEPENDENCY_FAILURES);
  const failed = (requested.length === 0 ? [FAIL] : requested).map((name) => DEPENDENCY_FAILURES[name]?.(packages));
  return jobError(9, 'the manifest could not be made', failed);
};

const progressAt = (part: number): NonNullable<ImageStatus['progress']> => {
  const step = (part / (1 - STARTS)) * STEPS.length;
  const done = Math.min(STEPS.length - 1, Math.floor(step));
  return {
    done,
    total: STEPS.length,
    subprogress: { done: Math.min(UNITS, Math.floor((step - done) * UNITS)), total: UNITS },
  };
};

const imageStatusAt = (build: Build, image: ImageRequest, now: number, base: string): ImageStatus => {
  const part = build.duration === 0 ? 1 : (now - build.created) / build.duration;
  if (part < STARTS) return { status: 'pending' };
  if (build.fails && part >= FAILS) return { status: 'failure', error: failure(build) };
  // Composer does not report uploads: it builds until the image is at its target.
  if (part < 1) return { status: 'building', progress: progressAt(part - STARTS) };
  const [type = 'aws.s3', ...others] = targetsOf(image);
  const uploaded = (to: UploadStatus['type']): UploadStatus => ({
    ...{ status: 'success', type: to, options: uploadOptions(to, build, image, base) },
  });
  return {
    status: 'success',
    upload_status: uploaded(type),
    ...(others.length === 0 ? {} : { upload_statuses: [type, ...others].map(uploaded) }),
  };
};

/**
 * The status of a compose.
 * @param now milliseconds since the epoch
 * @param base address of the sandbox, for links
 */
export function statusAt(build: Build, now: number, base: string): Schemas['ComposeStatus'] {
  const images = imagesOf(build.request).map((image) => imageStatusAt(build, image, now, base));
  const [first = { status: 'success' as const }, ...others] = images;
  const all = [first, ...others].map(({ status }) => status);
  return {
    ...{ href: `${API_PATH}/composes/${build.id}`, id: build.id, kind: 'SandboxComposeStatus' },
    status: all.includes('failure') ? 'failure' : all.every((status) => status === 'success') ? 'success' : 'pending',
    image_status: first,
    ...(others.length === 0 ? {} : { image_statuses: images }),
  };
}

/** What is in every sandbox image. */
export const BASE_PACKAGES = [
  'basesystem',
  'bash',
  'coreutils',
  'dnf',
  'glibc',
  'kernel',
  'openssl-libs',
  'rpm',
  'systemd',
];

/**
 * What a depsolve gives: the packages with those of every image, and a group as a package of its name.
 * @param count number of the call
 */
export function depsolvedPackages(
  names: readonly string[],
  distribution: string,
  arch: string,
  count: number,
): Schemas['PackageMetadataCommon'][] {
  return [...new Set([...BASE_PACKAGES, ...names])].sort().map((name) => {
    const metadata = packageMetadata(name, distribution, arch);
    const version = name === CHANGING ? `1.${count}` : metadata.version;
    return { ...metadata, version, checksum: `sha256:${hex('sha256', `${metadata.sigmd5} ${version}`)}` };
  });
}

/** A package as an image's list has it. Versions are made up. */
export function packageMetadata(name: string, distribution: string, arch: string): PackageMetadata {
  return {
    ...{ type: 'rpm', name: name.replace(/^@/, ''), version: '1.0', release: `1.sandbox.${distribution}`, arch },
    sigmd5: hex('md5', `${name} ${distribution} ${arch}`),
  };
}

/** What a finished image holds; before that, little more than the request. */
export function metadataAt(build: Build, now: number): Schemas['ComposeMetadata'] {
  const head = { href: `${API_PATH}/composes/${build.id}/metadata`, id: build.id, kind: 'SandboxComposeMetadata' };
  const { request } = build;
  if (statusAt(build, now, '').status !== 'success') return { ...head, request };
  const names = [...new Set([...BASE_PACKAGES, ...packagesOf(request)])].sort();
  const [image] = imagesOf(request);
  const commit = image?.image_type.includes('commit') ? { ostree_commit: hex('sha256', build.id) } : {};
  return {
    ...head,
    ...commit,
    packages: names.map((name) =>
      packageMetadata(name, request.distribution ?? 'bootc', image?.architecture ?? 'x86_64'),
    ),
    request,
  };
}
