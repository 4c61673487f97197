import { hash } from 'node:crypto';
import type { components } from '../../../generated/upstream/composer.ts';
import type { ComposePlan } from './compose-plan.ts';
import type { ComposeRepositories } from './composer-request.ts';
import { isObject } from '../../lib/json-object.ts';

export type DepsolveRequest = components['schemas']['DepsolveRequest'];

/** A package that composer resolved. */
export interface ResolvedPackage {
  readonly name: string;
  /** Absent means 0. */
  readonly epoch?: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

/** Everything that would be installed. */
export interface ResolvedPackages {
  /** In the order of their names. */
  readonly packages: readonly ResolvedPackage[];
  /** Bytes to be downloaded, `null` where that is not told of every package. */
  readonly downloadSize: number | null;
}

/** Groups among the packages of a request begin with it. */
const GROUP = '@';

/**
 * The question to composer which packages a build would install. Its notation is that of blueprints: of the customizations only
 * what decides about packages is part of it.
 * @returns `null` in image mode, where the packages are those of a container
 */
export function toDepsolveRequest(
  { source, image, request, imageType }: ComposePlan,
  { image: base, payload, detected }: ComposeRepositories,
): DepsolveRequest | null {
  if (source.mode === 'image') return null;
  const { packages = [], enabled_modules: modules = [] } = request.customizations ?? {};
  const groups = packages.filter((name) => name.startsWith(GROUP));
  const names = packages.filter((name) => !name.startsWith(GROUP));
  return {
    distribution: detected?.nameAtComposer ?? source.distribution.nameAtComposer,
    architecture: image.architecture,
    image_type: imageType,
    repositories: [...base, ...payload],
    blueprint: {
      // Composer wants one; what the blueprint is called is nobody's business there.
      name: 'depsolve',
      ...(names.length === 0 ? {} : { packages: names.map((name) => ({ name })) }),
      ...(groups.length === 0 ? {} : { groups: groups.map((name) => ({ name: name.slice(GROUP.length) })) }),
      ...(modules.length === 0 ? {} : { enabled_modules: modules.map(({ name, stream }) => ({ name, stream })) }),
    },
  };
}

const toPackage = (entry: unknown): ResolvedPackage | null => {
  if (!isObject(entry)) return null;
  const { name, version, release, arch, epoch } = entry;
  if (typeof name !== 'string' || typeof version !== 'string') return null;
  if (typeof release !== 'string' || typeof arch !== 'string') return null;
  // Numbers and texts are seen, and 0 is as good as none.
  const known = typeof epoch === 'string' || typeof epoch === 'number' ? String(epoch) : '';
  return { name, ...(known === '' || known === '0' ? {} : { epoch: known }), version, release, arch };
};

/** Bytes of a package. The contract has no such member; composers that tell it are taken at their word. */
const sizeOf = (entry: unknown): number | null => {
  const size = isObject(entry) ? entry['download_size'] : undefined;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
};

const identity = ({ name, epoch = '0', version, release, arch }: ResolvedPackage): string =>
  `${name}-${epoch}:${version}-${release}.${arch}`;

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The packages in composer's answer; `null` for an answer that does not tell them. */
export function resolvedPackages(body: unknown): ResolvedPackages | null {
  if (!isObject(body) || !Array.isArray(body['packages'])) return null;
  const entries = body['packages'] as unknown[];
  const packages = entries.map(toPackage);
  if (!packages.every((entry) => entry !== null)) return null;
  const total = entries
    .map(sizeOf)
    .reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  return {
    packages: packages.toSorted((a, b) => inOrder(a.name, b.name) || inOrder(identity(a), identity(b))),
    downloadSize: packages.length === 0 ? null : total,
  };
}

/**
 * Tells what a build would be made of from anything else it could be made of: name, epoch, version, release and architecture of
 * every package of every image.
 * @param otherInputs whatever else makes a build another one
 */
export function packagesHash(images: readonly ResolvedPackages[], otherInputs: readonly string[]): string {
  return hash('sha256', JSON.stringify([otherInputs, images.map(({ packages }) => packages.map(identity))]), 'hex');
}
