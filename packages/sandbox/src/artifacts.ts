// SBOMs and logs of a sandbox compose, as pure functions of the compose and the time.
import { createHash } from 'node:crypto';
import type { components } from '../../../generated/upstream/composer.ts';
import { RefusalError } from './errors.ts';
import { BASE_PACKAGES, imagesOf, metadataAt, packageMetadata, statusAt, type Build } from './builds.ts';

type Schemas = components['schemas'];
type ImageSbom = Schemas['ImageSBOM'];
type PackageMetadata = Schemas['PackageMetadata'];
type ImageRequest = Schemas['ImageRequest'];

const sha256 = (of: string): string => createHash('sha256').update(of).digest('hex');

/** Replaces characters that an SPDX identifier cannot have. */
const spdxId = (name: string): string => `SPDXRef-${name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;

const spdxPackage = ({ name, version, release, arch }: PackageMetadata, distribution: string) => {
  const file = `${name}-${version}-${release}.${arch}.rpm`;
  const query = new URLSearchParams({ arch, distro: distribution });
  return {
    ...{ SPDXID: spdxId(name), name, versionInfo: `${version}-${release}` },
    downloadLocation: `https://packages.sandbox.invalid/${distribution}/${arch}/${file}`,
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: sha256(file) }],
    sourceInfo: `${name}-${version}-${release}.src.rpm`,
    ...{ licenseConcluded: 'NOASSERTION', licenseDeclared: 'NOASSERTION', copyrightText: 'NOASSERTION' },
    externalRefs: [
      {
        ...{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl' },
        referenceLocator: `pkg:rpm/${distribution}/${encodeURIComponent(name)}@${version}-${release}?${query.toString()}`,
      },
    ],
  };
};

const spdx = (build: Build, pipeline: string, packages: readonly PackageMetadata[]) => {
  const { id, request, created } = build;
  const listed = packages.map((one) => spdxPackage(one, request.distribution ?? 'bootc'));
  return {
    ...{ SPDXID: 'SPDXRef-DOCUMENT', spdxVersion: 'SPDX-2.3', name: 'sbom-by-osbuild-image', dataLicense: 'CC0-1.0' },
    documentNamespace: `https://sandbox.invalid/spdxdocs/sbom-by-osbuild-image-${id}-${pipeline}`,
    creationInfo: {
      created: new Date(created).toISOString().replace(/\.\d+Z$/, 'Z'),
      creators: ['Tool: sandbox-1'],
    },
    comment: 'Sandbox: nothing was built',
    packages: listed,
    relationships: listed.map(({ SPDXID }) => ({
      ...{ spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: SPDXID },
    })),
  };
};

/** Packages of the environment that builds the images. */
const BUILDROOT_PACKAGES = [...BASE_PACKAGES, 'dosfstools', 'e2fsprogs', 'python3', 'qemu-img', 'selinux-policy', 'xz'];

/** The pipeline that installs the packages of an image. */
const treeOf = ({ image_type: type }: ImageRequest): string => (/^(?:edge|iot)-/.test(type) ? 'ostree-tree' : 'os');

/**
 * The SBOMs of every image.
 * @throws RefusalError before the compose completes, and for an image whose packages come from a container
 */
export function sbomsAt(build: Build, now: number): ImageSbom[][] {
  const { packages = [] } = metadataAt(build, now);
  const { distribution } = build.request;
  const job = `Failed to get SBOMs for OSBuild job "${build.id}"`;
  if (distribution === undefined)
    throw new RefusalError(15, `${job}: manifest job dependency is missing depsolve job dependency`);
  if (packages.length === 0) throw new RefusalError(15, `${job}: depsolve job "${build.id}": missing SBOMs`);
  const sbom = (
    pipeline: string,
    purpose: ImageSbom['pipeline_purpose'],
    of: readonly PackageMetadata[],
  ): ImageSbom => ({
    sbom: spdx(build, pipeline, of) as unknown as ImageSbom['sbom'],
    ...{ sbom_type: 'spdx', pipeline_name: pipeline, pipeline_purpose: purpose },
  });
  return imagesOf(build.request).map((image) => [
    sbom(
      'build',
      'buildroot',
      BUILDROOT_PACKAGES.map((name) => packageMetadata(name, distribution, image.architecture)),
    ),
    sbom(treeOf(image), 'image', packages),
  ]);
}

const rpmOutput = (names: readonly string[]): string =>
  [
    ...names.map((name, index) => `[${index + 1}/${names.length}] Installing ${name}`),
    'Running scriptlets',
    'Sandbox: nothing was installed',
    '',
  ].join('\n');

/** Pipelines of a compose in order, each with its stages as osbuild logs them: options and output. */
const pipelinesOf = ({ request, id }: Build, image: ImageRequest): readonly [string, readonly object[]][] => {
  const stage = (type: string, output: string) => ({ id: sha256(`${id} ${type}`), type, output, success: true });
  const names = [...BASE_PACKAGES, ...(request.customizations?.packages ?? [])];
  const { users = [], hostname = 'localhost' } = request.customizations ?? {};
  return [
    ['build', [stage('org.osbuild.rpm', rpmOutput(BUILDROOT_PACKAGES)), stage('org.osbuild.selinux', '')]],
    [
      treeOf(image),
      [
        stage('org.osbuild.rpm', rpmOutput(names)),
        stage('org.osbuild.hostname', `{"hostname": ${JSON.stringify(hostname)}}\n`),
        ...(users.length === 0
          ? []
          : [stage('org.osbuild.users', `${JSON.stringify({ users }, null, 2)}\nSandbox: no user was made\n`)]),
        stage('org.osbuild.fstab', '{"filesystems": [{"path": "/"}]}\n'),
      ],
    ],
    ['image', [stage('org.osbuild.truncate', ''), stage('org.osbuild.sfdisk', 'Sandbox: no disk was partitioned\n')]],
  ];
};

/** Results and logs of the images, as composer's workers report them; partial while the compose runs. */
export function logsAt(build: Build, now: number): object[] {
  const { image_statuses: several, image_status: first } = statusAt(build, now, '');
  const statuses = several ?? [first];
  return imagesOf(build.request).map((image, index) => {
    const { status, progress, error } = statuses[index] ?? first;
    const about = { arch: image.architecture, host_os: 'sandbox' };
    if (status === 'pending') return { success: false, ...about };
    // It failed before the first pipeline: the error has the reason.
    if (error) return { success: false, ...about, job_error: error };
    const reached = progress ? Math.ceil((progress.done / progress.total) * 3) : 3;
    const log = Object.fromEntries(pipelinesOf(build, image).slice(0, reached));
    return { success: status === 'success', ...about, osbuild_output: { type: 'result', success: !progress, log } };
  });
}
