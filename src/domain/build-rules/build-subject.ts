import type { Distribution } from '../distributions/registry.ts';
import { canonicalImageType } from '../compose-requests/image-types.ts';
import type { Customizations, ImageRequest, ImageType } from '../compose-requests/types.ts';
import { IMAGE_MODE, imageModeOptions } from './image-mode.ts';
import { isListed } from './supported-options.ts';
import { systemOf, type BuildSubject } from './target.ts';
import type { ArchitectureOptions, DistributionOptions } from './type-options.ts';

/** An image of a distribution, as a request describes it. */
export interface BuildRequest {
  readonly distribution: Distribution;
  readonly image: ImageRequest;
  readonly customizations: Customizations;
  /** JSON pointer to the image request. */
  readonly imagePointer: string;
}

/** An image of a container, as a request describes it. */
export type ImageModeRequest = Omit<BuildRequest, 'distribution'>;

const typesTaking = (
  option: string,
  types: readonly ImageType[],
  reported: ArchitectureOptions | undefined,
): readonly ImageType[] =>
  [...new Set(types.map(canonicalImageType))].filter((type) =>
    isListed(reported?.optionsOf(type)?.supported ?? [], option),
  );

/** What the rules need to know of an image. @param options `null` while composer has not answered */
export function toBuildSubject(
  { distribution, image, customizations, imagePointer }: BuildRequest,
  options: DistributionOptions | null,
): BuildSubject {
  const { architecture } = image;
  const reported = options?.get(architecture);
  const imageType = canonicalImageType(image.image_type);
  const offered = distribution.architectures.get(architecture)?.imageTypes ?? [];
  return {
    ...{ customizations, image, imagePointer },
    target: {
      ...{ mode: 'package', imageType, architecture, distribution: distribution.key, ...systemOf(distribution) },
      options: reported?.optionsOf(imageType) ?? null,
      typesTaking: (option) => typesTaking(option, offered as readonly ImageType[], reported),
    },
  };
}

/** What the rules need to know of an image of a container: the service itself knows what it takes. */
export function toImageModeSubject({ image, customizations, imagePointer }: ImageModeRequest): BuildSubject {
  const { architecture } = image;
  const imageType = canonicalImageType(image.image_type);
  return {
    ...{ customizations, image, imagePointer },
    target: {
      ...{ mode: 'image', imageType, architecture, distribution: 'image mode' },
      ...{ system: null, major: null, minor: null, options: imageModeOptions(imageType, architecture) },
      typesTaking: (option) =>
        IMAGE_MODE.filter((type) => isListed(imageModeOptions(type, architecture)?.supported ?? [], option)),
    },
  };
}
