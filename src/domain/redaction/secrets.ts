// What of a stored request is shown, and to whom. An answer that holds customizations gets them from here.
import { given, omit } from '../../lib/members.ts';
import type { ImageStatus } from '../compose-requests/image-status.ts';
import type { ComposeRequest, Customizations } from '../compose-requests/types.ts';
import { parseStoredJson } from '../../lib/stored-json.ts';
import { redactUpstreamJson } from './upstream-text.ts';
import { isObject } from '../../lib/json-object.ts';

type User = NonNullable<Customizations['users']>[number];

/** A user without the password: whether there is one is all that is shown. */
const redactUser = ({ password, ...user }: User): User => ({
  ...user,
  hasPassword: password !== undefined && password !== '',
});

/**
 * Customizations as they are shown to their own organization, which edits the rest of them. Another implementation may have stored
 * users of any shape: what is no user is left out.
 */
export function redactCustomizations(customizations: Customizations): Customizations {
  const { users } = customizations;
  if (!users) return customizations;
  if (!Array.isArray(users)) return omit(customizations, 'users');
  return { ...customizations, users: users.filter(isObject).map(redactUser) };
}

/** A stored request as it is shown to its own organization. */
export function redactRequest(stored: Record<string, unknown>): ComposeRequest {
  const request = stored as unknown as ComposeRequest;
  return request.customizations
    ? { ...request, customizations: redactCustomizations(request.customizations) }
    : request;
}

/** Only users have something that is not shown: a request without the word is shown as it is stored, without being read. */
const USERS = '"users"';

/** The same for JSON text of the database, which writes names of members without escapes. */
export function redactRequestText(stored: string): string {
  return stored.includes(USERS)
    ? JSON.stringify(redactRequest(parseStoredJson(stored) as Record<string, unknown>))
    : stored;
}

/**
 * The status of a build without secrets: composer's error may repeat the request. The request is read for an error only.
 */
export function redactStatus(status: ImageStatus, compose: { readonly request: Record<string, unknown> }): ImageStatus {
  return status.error ? { ...status, error: redactUpstreamJson(status.error, compose.request) } : status;
}

/** Files that register a system: they hold tokens. */
const SECRET_FILES = [
  '/etc/systemd/system/register-satellite.service',
  '/usr/local/sbin/register-satellite',
  '/usr/local/sbin/aap-first-boot-reg',
];

/**
 * Customizations that may be handed to somebody else: without secrets and without what ties them to the organization.
 */
export function removeSecrets(customizations: Customizations): Customizations {
  const { aap_registration: registration } = customizations;
  const files = customizations.files?.filter(({ path }) => !SECRET_FILES.includes(path)) ?? [];
  return {
    ...redactCustomizations(omit(customizations, 'cacerts', 'subscription', 'aap_registration', 'files')),
    // The contract requires the key: an empty one says that there is one to be filled in.
    ...given('aap_registration', registration && { ...registration, host_config_key: '' }),
    ...(files.length > 0 ? { files } : {}),
  };
}
