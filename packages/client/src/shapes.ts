import type { components } from './contract.ts';

/** Bodies that programs build piece by piece. All others are in `components['schemas']`. */
export type ComposeRequest = components['schemas']['ComposeRequest'];
export type Blueprint = components['schemas']['CreateBlueprintRequest'];
export type ImageRequest = components['schemas']['ImageRequest'];
export type Customizations = components['schemas']['Customizations'];
