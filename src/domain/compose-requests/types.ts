// Types of the public contract and of composer's.
import type { components as Public } from '../../../generated/image-builder.ts';
import type { components as Composer } from '../../../generated/upstream/composer.ts';

type PublicSchemas = Public['schemas'];
type ComposerSchemas = Composer['schemas'];

export type ComposeRequest = PublicSchemas['ComposeRequest'];
export type ImageRequest = PublicSchemas['ImageRequest'];
export type ImageType = PublicSchemas['ImageTypes'];
export type UploadType = PublicSchemas['UploadTypes'];
export type Customizations = PublicSchemas['Customizations'];
export type PayloadRepository = PublicSchemas['Repository'];
export type CustomRepository = PublicSchemas['CustomRepository'];

export type ComposerRequest = ComposerSchemas['ComposeRequest'];
export type ComposerImageRequest = ComposerSchemas['ImageRequest'];
export type ComposerCustomizations = ComposerSchemas['Customizations'];
export type ComposerRepository = ComposerSchemas['Repository'];
export type ComposerPayloadRepository = ComposerSchemas['Repository'];
export type ComposerCustomRepository = ComposerSchemas['CustomRepository'];
export type ComposerSubscription = ComposerSchemas['Subscription'];
export type ComposerUploadOptions = ComposerSchemas['UploadOptions'];
export type ComposerFile = ComposerSchemas['File'];
export type ComposerDirectory = ComposerSchemas['Directory'];

/** The named members that are not `undefined`. */
export function pick<T extends object, Key extends keyof T>(object: T, ...keys: Key[]): Pick<T, Key> {
  return Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]])) as Pick<
    T,
    Key
  >;
}
