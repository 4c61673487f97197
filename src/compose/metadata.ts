import type { components } from '../../generated/image-builder.ts';

type ComposeMetadata = components['schemas']['ComposeMetadata'];
type PackageMetadata = components['schemas']['PackageMetadata'];
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const REQUIRED = ['type', 'name', 'version', 'release', 'arch', 'sigmd5'] as const;
const OPTIONAL = ['epoch', 'signature'] as const;

const toPackage = (entry: Json): PackageMetadata =>
  Object.fromEntries([
    ...REQUIRED.map((name) => [name, entry[name] ?? '']),
    ...OPTIONAL.filter((name) => typeof entry[name] === 'string').map((name) => [name, entry[name]]),
  ]) as PackageMetadata;

/** What a finished image contains, as composer tells it, without what we do not publish; `null` when it cannot be read. */
export const toComposeMetadata = (answer: unknown): ComposeMetadata | null => {
  if (!isObject(answer)) return null;
  const { packages, ostree_commit } = answer;
  if (packages !== undefined && packages !== null && !(Array.isArray(packages) && packages.every(isObject)))
    return null;
  return {
    ...(typeof ostree_commit === 'string' ? { ostree_commit } : {}),
    ...(Array.isArray(packages) ? { packages: packages.map(toPackage) } : {}),
  };
};
