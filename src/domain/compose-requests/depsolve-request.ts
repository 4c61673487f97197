import { hash } from 'node:crypto';
import type { components } from '../../../generated/upstream/composer.ts';
import type { ComposePlan } from './compose-plan.ts';
import type { ComposeRepositories } from './composer-request.ts';
import { isObject } from '../../lib/json.ts';

export type DepsolveRequest = components['schemas']['DepsolveRequest'];

export interface ResolvedPackage {
  readonly name: string;
  /** Absent means 0. */
  readonly epoch?: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

export interface ResolvedPackages {
  /** Sorted by name. */
  readonly packages: readonly ResolvedPackage[];
  /** Bytes; `null` unless the size of every package is known. */
  readonly downloadSize: number | null;
}

/** Prefix of a group in a package list. */
const GROUP = '@';

/** The packages, groups and modules of a request, as a user writes them. */
export function requestedNames({ blueprint }: DepsolveRequest): readonly string[] {
  const { packages = [], groups = [], enabled_modules: modules = [] } = blueprint;
  return [
    ...packages.map(({ name }) => name),
    ...groups.map(({ name }) => `${GROUP}${name}`),
    ...modules.map(({ name, stream }) => `${name}:${stream}`),
  ];
}

/** Packages of every image: a group and the kernel. */
const MINIMAL_SYSTEM = ['@core', 'kernel'] as const;

export interface DepsolveOptions {
  /** Resolves the packages of a minimal system as well, which every image has. */
  readonly withMinimalSystem: boolean;
}

/**
 * The request to composer to resolve the packages of an image; `null` in image mode, where a container provides them.
 * With an image type, composer would resolve with its own repositories instead of those of the request.
 */
export function toDepsolveRequest(
  { source, image, request, imageType }: ComposePlan,
  { image: base, payload, detected }: ComposeRepositories,
  options: DepsolveOptions = { withMinimalSystem: false },
): DepsolveRequest | null {
  if (source.mode === 'image') return null;
  const { packages: requested = [], enabled_modules: modules = [] } = request.customizations ?? {};
  const packages = [...new Set([...requested, ...(options.withMinimalSystem ? MINIMAL_SYSTEM : [])])];
  const groups = packages.filter((name) => name.startsWith(GROUP));
  const names = packages.filter((name) => !name.startsWith(GROUP));
  const repositories = [...base, ...payload];
  return {
    distribution: detected?.nameAtComposer ?? source.distribution.nameAtComposer,
    architecture: image.architecture,
    ...(repositories.length === 0 ? { image_type: imageType } : { repositories }),
    blueprint: {
      // Composer requires a name.
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
  // Composers send numbers or strings; 0 is the default.
  const known = typeof epoch === 'string' || typeof epoch === 'number' ? String(epoch) : '';
  return { name, ...(known === '' || known === '0' ? {} : { epoch: known }), version, release, arch };
};

/** The contract has no such member, but some composers send it. */
const sizeOf = (entry: unknown): number | null => {
  const size = isObject(entry) ? entry['download_size'] : undefined;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
};

const identity = ({ name, epoch = '0', version, release, arch }: ResolvedPackage): string =>
  `${name}-${epoch}:${version}-${release}.${arch}`;

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The packages in composer's response; `null` when it has none. */
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
 * Identifies the content of a compose: name, epoch, version, release and architecture of every package of every
 * image.
 * @param otherInputs further inputs of the hash
 */
export function packagesHash(images: readonly ResolvedPackages[], otherInputs: readonly string[]): string {
  return hash('sha256', JSON.stringify([otherInputs, images.map(({ packages }) => packages.map(identity))]), 'hex');
}
