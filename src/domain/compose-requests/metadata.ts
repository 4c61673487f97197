import type { components } from '../../../generated/image-builder.ts';
import { isObject, type JsonObject } from '../../lib/json-object.ts';

type ComposeMetadata = components['schemas']['ComposeMetadata'];
type PackageMetadata = components['schemas']['PackageMetadata'];
const REQUIRED = ['type', 'name', 'version', 'release', 'arch', 'sigmd5'] as const;
const OPTIONAL = ['epoch', 'signature'] as const;

const toPackage = (entry: JsonObject): PackageMetadata =>
  Object.fromEntries([
    ...REQUIRED.map((name) => [name, entry[name] ?? '']),
    ...OPTIONAL.filter((name) => typeof entry[name] === 'string').map((name) => [name, entry[name]]),
  ]) as PackageMetadata;

/** Translates composer's metadata of an image; `null` when it cannot be parsed. */
export function toComposeMetadata(response: unknown): ComposeMetadata | null {
  if (!isObject(response)) return null;
  const { packages, ostree_commit } = response;
  if (packages !== undefined && packages !== null && !(Array.isArray(packages) && packages.every(isObject)))
    return null;
  return {
    ...(typeof ostree_commit === 'string' ? { ostree_commit } : {}),
    ...(Array.isArray(packages) ? { packages: packages.map(toPackage) } : {}),
  };
}
