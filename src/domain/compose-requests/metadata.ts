import type { components } from '../../../generated/image-builder.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';

type ComposeMetadata = components['schemas']['ComposeMetadata'];
type PackageMetadata = components['schemas']['PackageMetadata'];
const REQUIRED = ['type', 'name', 'version', 'release', 'arch', 'sigmd5'] as const;
const OPTIONAL = ['epoch', 'signature'] as const;

const toPackage = (entry: JsonObject): PackageMetadata => {
  const made: Record<string, unknown> = {};
  for (const name of REQUIRED) made[name] = entry[name] ?? '';
  for (const name of OPTIONAL) if (typeof entry[name] === 'string') made[name] = entry[name];
  return made as unknown as PackageMetadata;
};

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
