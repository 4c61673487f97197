/** A typed client of the Image Builder API. */
export { createImageBuilder, type ImageBuilder, type ImageBuilderOptions } from './client.ts';
export { dataOf, ImageBuilderError, type ErrorEntry } from './response.ts';
export { followEvents, type FollowOptions, type ImageBuilderEvent } from './follow-events.ts';
export { waitForCompose, type ComposeStatus, type WaitOptions } from './wait-for-compose.ts';
export { listBlueprints, listComposes, type BlueprintFilters, type ComposeFilters, type ListOptions } from './lists.ts';
export { ComposeFailed, ComposeTimeout } from './wait-errors.ts';
export type { Blueprint, ComposeRequest, Customizations, ImageRequest } from './shapes.ts';
export type { components, operations, paths } from './contract.ts';
