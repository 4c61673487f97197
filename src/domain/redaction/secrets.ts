import { given, omit } from '../../lib/members.ts';
import type { ImageStatus } from '../compose-requests/image-status.ts';
import type { ComposeRequest, Customizations } from '../compose-requests/types.ts';
import { parseStoredJson } from '../../lib/stored-json.ts';
import { redactUpstreamJson } from './upstream-text.ts';
import { isObject } from '../../lib/json-object.ts';

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

/** A stored request for its own organization. */
export function redactRequest(stored: Record<string, unknown>): ComposeRequest {
  const request = stored as unknown as ComposeRequest;
  return request.customizations
    ? { ...request, customizations: redactCustomizations(request.customizations) }
    : request;
}

/** Only users have secret members: a request without the key needs no parsing. */
const USERS = '"users"';

/** `redactRequest` for JSON text of the database, which never escapes member names. */
export function redactRequestText(stored: string): string {
  return stored.includes(USERS)
    ? JSON.stringify(redactRequest(parseStoredJson(stored) as Record<string, unknown>))
    : stored;
}

/** A status without secrets: composer's error may repeat the request. */
export function redactStatus(status: ImageStatus, compose: { readonly request: Record<string, unknown> }): ImageStatus {
  return status.error ? { ...status, error: redactUpstreamJson(status.error, compose.request) } : status;
}

/** Files with registration tokens. */
const SECRET_FILES = [
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
    ...given('aap_registration', registration && { ...registration, host_config_key: '' }),
    ...(files.length > 0 ? { files } : {}),
  };
}
