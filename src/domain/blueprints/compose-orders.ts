import type { ComposeOrder } from '../composes/start-composes.ts';
import { canonicalImageType } from '../compose-requests/image-types.ts';
import type { ImageType } from '../compose-requests/types.ts';
import type { BlueprintRow } from '../../db/queries/blueprints.ts';
import type { ClientId } from './client-id.ts';
import { contentOf } from './content.ts';
import { given } from '../../lib/members.ts';

/**
 * The builds of a version: one for each of its image requests, in stored order.
 * @param imageTypes build only these, whichever of its names a type goes by; all of them when `undefined`
 */
export const toBuildOrders = (
  blueprint: BlueprintRow,
  imageTypes: readonly ImageType[] | undefined,
  clientId: ClientId,
): ComposeOrder[] => {
  const { customizations, image_requests: imageRequests, distribution, bootc } = contentOf(blueprint);
  const wanted = imageTypes && new Set(imageTypes.map(canonicalImageType));
  return imageRequests
    .filter(({ image_type: type }) => wanted === undefined || wanted.has(canonicalImageType(type)))
    .map((imageRequest) => ({
      request: {
        customizations,
        // A blueprint that holds both builds in image mode.
        ...(bootc ? { bootc } : given('distribution', distribution)),
        image_requests: [imageRequest],
        image_name: blueprint.name,
        image_description: blueprint.description ?? '',
        client_id: clientId,
      },
      blueprint: { id: blueprint.id, versionId: blueprint.version_id, version: blueprint.version },
      // Those it has now; what it gets later is no label of the build.
      ...given('labels', blueprint.labels),
    }));
};
