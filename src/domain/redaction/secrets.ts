import { given, omit } from '../../lib/members.ts';
import type { ImageStatus } from '../compose-requests/image-status.ts';
import type { ComposeRequest, Customizations } from '../compose-requests/types.ts';
import { isObject } from '../../lib/json.ts';
import { redactUpstreamJson } from './upstream-text.ts';

type User = NonNullable<Customizations['users']>[number];

const redactUser = ({ password, ...user }: User): User => ({
  ...user,
  hasPassword: password !== undefined && password !== '',
});

/** Customizations for their own organization: passwords are removed. Stored users of an invalid shape are left out. */
export function redactCustomizations(customizations: Customizations): Customizations {
  const { users } = customizations;
  if (!users) return customizations;
  if (!Array.isArray(users)) return omit(customizations, 'users');
  return { ...customizations, users: users.filter(isObject).map(redactUser) };
}

/** A stored request for its own organization; the same object if it has no secrets. */
export function redactRequest(stored: Record<string, unknown>): ComposeRequest {
  const request = stored as unknown as ComposeRequest;
  if (!isObject(request.customizations)) return request;
  const customizations = redactCustomizations(request.customizations);
  return customizations === request.customizations ? request : { ...request, customizations };
}

/**
 * A stored request for its own organization, as JSON text.
 * @param text the JSON text of `stored`
 */
export function redactRequestText(stored: unknown, text: string): string {
  if (!isObject(stored)) return text;
  const redacted: object = redactRequest(stored);
  return redacted === stored ? text : JSON.stringify(redacted);
}

/** A status without secrets: composer's error may repeat the request. */
export function redactStatus(status: ImageStatus, compose: { readonly request: Record<string, unknown> }): ImageStatus {
  return status.error ? { ...status, error: redactUpstreamJson(status.error, compose.request) } : status;
}

/** Files with registration tokens. */
export const SECRET_FILES: readonly string[] = [
  '/etc/systemd/system/register-satellite.service',
  '/usr/local/sbin/register-satellite',
  '/usr/local/sbin/aap-first-boot-reg',
];

/** Customizations for other organizations: without secrets and without registrations. */
export function removeSecrets(customizations: Customizations): Customizations {
  const { aap_registration: registration } = customizations;
  const files = customizations.files?.filter(({ path }) => !SECRET_FILES.includes(path)) ?? [];
  return {
    ...redactCustomizations(omit(customizations, 'cacerts', 'subscription', 'aap_registration', 'files')),
    // The contract requires the key; empty, it marks a value to be filled in.
    ...given({ aap_registration: registration && { ...registration, host_config_key: '' } }),
    ...(files.length > 0 ? { files } : {}),
  };
}
