import type { components } from '../../generated/image-builder.ts';
import type { ComposeListRow } from '../db/composes.ts';
import type { ComposeRequest, Customizations } from './types.ts';

type User = NonNullable<Customizations['users']>[number];

/** A user without the password: whether there is one is all that is shown. */
export const redactUser = ({ password, ...user }: User): User => ({
  ...user,
  hasPassword: password !== undefined && password !== '',
});

/** Customizations as they may be shown. */
export const redactCustomizations = (customizations: Customizations): Customizations =>
  customizations.users ? { ...customizations, users: customizations.users.map(redactUser) } : customizations;

/** A stored request as it may be shown. */
export const redactRequest = (stored: Record<string, unknown>): ComposeRequest => {
  const request = stored as unknown as ComposeRequest;
  return request.customizations
    ? { ...request, customizations: redactCustomizations(request.customizations) }
    : request;
};

/** An entry of the lists of builds. Members without a value are left out. */
export const toComposeItem = (row: ComposeListRow): components['schemas']['ComposesResponseItem'] => ({
  id: row.job_id,
  request: redactRequest(row.request),
  created_at: row.created_at,
  ...(row.image_name === null ? {} : { image_name: row.image_name }),
  ...(row.client_id === null ? {} : { client_id: row.client_id as components['schemas']['ClientId'] }),
  ...(row.blueprint_id === null ? {} : { blueprint_id: row.blueprint_id }),
  ...(row.blueprint_version === null ? {} : { blueprint_version: row.blueprint_version }),
});
