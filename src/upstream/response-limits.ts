import type { Compliance, Composer, ContentSources, Provisioning, Recommendations } from './operations.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

type OperationId = keyof (Compliance & Composer & ContentSources & Provisioning & Recommendations);

/** Repositories, tailorings, resolved packages. */
const DEFAULT_LIMIT = 8 * MIB;

/** Bytes of a response of a service, decompressed. A response is read no further. */
const LIMITS: Readonly<Partial<Record<OperationId, number>>> = {
  // One object of a known shape.
  postCompose: MIB,
  getComposeStatus: MIB,
  deleteCompose: MIB,
  postCloneCompose: MIB,
  getCloneStatus: MIB,
  getSourceUploadInfo: MIB,
  getPolicy: MIB,
  getRecommendedPackages: MIB,
  // They grow with the packages of an image, or with the composes of the tenant.
  getComposeMetadata: 32 * MIB,
  getComposeSBOMs: 32 * MIB,
  getComposeList: 32 * MIB,
  // Longer logs are not searched for secrets, and so not shown.
  getComposeLogs: 8 * MIB,
};

export const TOKEN_LIMIT = MIB;

/** The limit of an operation's response, in bytes after decompression. */
export function responseLimit(operationId: string): number {
  return (LIMITS as Readonly<Record<string, number | undefined>>)[operationId] ?? DEFAULT_LIMIT;
}
