import type { ComposeRequest, Customizations, ImageRequest } from '../compose-requests/types.ts';
import type { BlueprintBody, BlueprintRow } from '../../db/queries/blueprints.ts';
import { redactCustomizations } from '../redaction/secrets.ts';
import { given, omit } from '../../lib/members.ts';
import type { BlueprintRequest } from './rules.ts';
import { mergeUsers, type RequestedUser } from './users.ts';

/** The content of a blueprint version. Passwords are hashes. */
export interface BlueprintContent {
  readonly customizations: Customizations;
  readonly image_requests: readonly ImageRequest[];
  readonly distribution?: NonNullable<ComposeRequest['distribution']>;
  readonly bootc?: NonNullable<ComposeRequest['bootc']>;
}

const withUsers = (customizations: Customizations, users: readonly RequestedUser[] | undefined): Customizations => ({
  ...omit(customizations, 'users'),
  ...given({ users: users && [...users] }),
});

/** Reads a stored version, without the name, description and `hasPassword` that earlier releases stored. */
export function contentOf({ body }: Pick<BlueprintRow, 'body'>): BlueprintContent {
  // Earlier releases stored versions without these members.
  const { customizations: stored, image_requests: imageRequests } = body as Partial<BlueprintBody>;
  const customizations = (stored ?? {}) as Customizations;
  return {
    customizations: withUsers(
      customizations,
      customizations.users?.map((user) => omit(user, 'hasPassword')),
    ),
    image_requests: (imageRequests ?? []) as unknown as ImageRequest[],
    ...given({ distribution: body.distribution as BlueprintContent['distribution'], bootc: body.bootc }),
  };
}

/**
 * The content of a new version.
 * @param users the request's users with hashed passwords
 * @param previous the version before, `null` for a new blueprint
 */
export function toContent(
  request: BlueprintRequest,
  users: readonly RequestedUser[] | undefined,
  previous: BlueprintContent | null,
): BlueprintContent {
  return {
    customizations: withUsers(request.customizations, users && mergeUsers(users, previous?.customizations.users ?? [])),
    image_requests: request.image_requests,
    ...given({ distribution: request.distribution, bootc: request.bootc }),
  };
}

/** The stored form of a version. */
export function toBody(content: BlueprintContent): BlueprintBody {
  return content;
}

/** The content without secrets, for responses. */
export function redactContent(content: BlueprintContent): BlueprintContent {
  return {
    ...content,
    customizations: redactCustomizations(content.customizations),
  };
}
