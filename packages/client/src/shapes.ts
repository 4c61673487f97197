import type { components } from './contract.ts';

/** Request bodies that programs often assemble in parts. All schemas are in `components['schemas']`. */
export type ComposeRequest = components['schemas']['ComposeRequest'];
export type Blueprint = components['schemas']['CreateBlueprintRequest'];
export type ImageRequest = components['schemas']['ImageRequest'];
export type Customizations = components['schemas']['Customizations'];
