import type { ComposeOrder } from '../composes/start-composes.ts';
import { canonicalImageType } from '../compose-requests/image-types.ts';
import type { ImageType } from '../compose-requests/types.ts';
import type { BlueprintRow } from '../../db/queries/blueprints.ts';
import type { ClientId } from './client-id.ts';
import { contentOf } from './content.ts';
import { given } from '../../lib/members.ts';

/**
 * The composes of a version: one per image request, in stored order.
 * @param imageTypes restricts the image types, aliases included; `undefined` selects all
 */
export function composesOfBlueprint(
  blueprint: BlueprintRow,
  imageTypes: readonly ImageType[] | undefined,
  clientId: ClientId,
): ComposeOrder[] {
  const { customizations, image_requests: imageRequests, distribution, bootc } = contentOf(blueprint);
  const wanted = imageTypes && new Set(imageTypes.map(canonicalImageType));
  return imageRequests
    .filter(({ image_type: type }) => wanted === undefined || wanted.has(canonicalImageType(type)))
    .map((imageRequest) => ({
      request: {
        customizations,
        // With both, image mode takes precedence.
        ...(bootc ? { bootc } : given({ distribution })),
        image_requests: [imageRequest],
        image_name: blueprint.name,
        image_description: blueprint.description ?? '',
        client_id: clientId,
      },
      blueprint: { id: blueprint.id, versionId: blueprint.version_id, version: blueprint.version },
      // A compose copies the current labels of the blueprint; later changes do not apply.
      ...given({ labels: blueprint.labels }),
    }));
}
