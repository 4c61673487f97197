/** A typed client of the Image Builder API. */
export { createImageBuilder, type ImageBuilder, type ImageBuilderOptions } from './client.ts';
export { dataOf, ImageBuilderError, isRefusal, type ErrorCode, type ErrorEntry } from './response.ts';
export { followEvents, type FollowOptions, type ImageBuilderEvent } from './follow-events.ts';
export { waitForCompose, type ComposeStatus, type WaitOptions } from './wait-for-compose.ts';
export {
  listAuditEntries,
  listBlueprintComposes,
  listBlueprints,
  listBlueprintVersions,
  listComposeClones,
  listComposes,
  listComposeSboms,
  listPackages,
  listWebhookDeliveries,
  listWebhooks,
  type AuditFilters,
  type BlueprintComposeFilters,
  type BlueprintFilters,
  type ComposeFilters,
  type List,
  type ListOptions,
  type PackageFilters,
  type SbomFilters,
} from './lists.ts';
export { exportToml, importToml } from './toml.ts';
export { warningsOf } from './warnings.ts';
export { verifyWebhook, WebhookVerificationError, type WebhookMessage } from './webhooks.ts';
export { ComposeFailed, ComposeTimeout } from './wait-errors.ts';
export type { Blueprint, ComposeRequest, Customizations, ImageRequest } from './shapes.ts';
export type { components, operations, paths } from './contract.ts';
