import { LRUCache } from 'lru-cache';
import { isObject } from '../lib/json.ts';

/** The authenticated caller. */
export interface Identity {
  /** Owner of all stored data; with Fedora authentication the user name. */
  readonly orgId: string;
  /** Empty without one. */
  readonly accountNumber: string;
  readonly email: string;
  readonly username: string;
  /** Name in authorship and audit entries; empty without one. */
  readonly actor: string;
  readonly orgAdmin: boolean;
  /** `User`, `ServiceAccount`, …; empty with Fedora authentication. */
  readonly type: string;
  /** Whether the caller may use distributions that require a RHEL subscription. */
  readonly entitled: boolean;
  /** Whether the header states that explicitly; otherwise it follows from the account number. */
  readonly statesEntitlement: boolean;
  /** The original header, forwarded to platform services; `null` with Fedora authentication. */
  readonly platformHeader: string | null;
}

/** The stored author; `null` for an identity without a name. */
export function authorOf({ actor }: Identity): string | null {
  return actor || null;
}

/** Rejection of a header. `plain` rejections are text responses, as gateways and clients of the platform expect. */
export interface IdentityRefusal {
  readonly status: 400 | 401;
  readonly text: string;
  readonly plain: boolean;
}

export type IdentityResult = { readonly identity: Identity } | { readonly refusal: IdentityRefusal };

/** Longest accepted header value, in bytes. The server accepts longer headers, to respond with a reason. */
export const MAX_IDENTITY_HEADER = 16_384;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const refuse = (status: 400 | 401, text: string, plain = true): IdentityResult => ({
  refusal: { status, text, plain },
});

const tooLong = (name: string): IdentityResult =>
  refuse(400, `Bad Request: the ${name} header is longer than ${MAX_IDENTITY_HEADER} bytes`, false);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const decodeBase64 = (value: string): Buffer | null =>
  // Node's decoder ignores invalid characters; gateways send the standard alphabet with padding.
  BASE64.test(value) ? Buffer.from(value, 'base64') : null;

/** Rejects invalid UTF-8: replacement characters could map two ids to one organization. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const parseJson = (bytes: Buffer): Json | undefined => {
  try {
    return JSON.parse(utf8.decode(bytes)) as Json;
  } catch {
    return undefined;
  }
};

/** PostgreSQL stores neither U+0000 nor unpaired surrogates. */
const isStorable = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

/** Longest organization id, in bytes: a limit of the database indexes. */
const MAX_ORG_ID = 1_000;

const isOrgId = (value: string): boolean => value !== '' && Buffer.byteLength(value) <= MAX_ORG_ID;

/** Internal to this file: a member of the identity document has the wrong type. */
class WrongTypeError extends Error {}

const text = (object: Readonly<Record<string, unknown>> | undefined, key: string): string => {
  const value = object?.[key];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' || !isStorable(value)) throw new WrongTypeError(key);
  return value;
};

const object = (parent: Readonly<Record<string, unknown>> | undefined, key: string) => {
  const value = parent?.[key];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new WrongTypeError(key);
  return value;
};

/** Reads an optional member; an unusable value counts as absent. */
const optionalText = (document: unknown, ...path: readonly string[]): string => {
  const value = path.reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), document);
  return typeof value === 'string' && isStorable(value) ? value : '';
};

/** Name of a service account or system. */
const nonUserName = (identity: unknown): string =>
  optionalText(identity, 'service_account', 'username') ||
  optionalText(identity, 'service_account', 'client_id') ||
  optionalText(identity, 'system', 'cn');

const entitlementToRhel = (
  document: Readonly<Record<string, unknown>>,
  accountNumber: string,
): Pick<Identity, 'entitled' | 'statesEntitlement'> => {
  const entitlements = object(document, 'entitlements');
  // Compatibility: only an absent member leaves the decision to the account number; `null` is an entitlement to nothing.
  if (entitlements?.['rhel'] === undefined) return { entitled: accountNumber !== '', statesEntitlement: false };
  const entitled = object(entitlements, 'rhel')?.['is_entitled'];
  if (entitled !== undefined && entitled !== null && typeof entitled !== 'boolean')
    throw new WrongTypeError('is_entitled');
  return { entitled: entitled === true, statesEntitlement: typeof entitled === 'boolean' };
};

const platformIdentity = (header: string): IdentityResult => {
  // Compatibility: gateways and clients match these texts, including the grammar of this one.
  const notJson = 'Bad Request: x-rh-identity header is does not contain valid JSON';
  const decoded = decodeBase64(header);
  if (decoded === null) return refuse(400, 'Bad Request: unable to b64 decode x-rh-identity header');
  const parsed = parseJson(decoded);
  if (parsed === undefined || !(parsed === null || isObject(parsed))) return refuse(400, notJson);
  try {
    const document = parsed ?? {};
    const identity = object(document, 'identity');
    const internalOrg = text(object(identity, 'internal'), 'org_id');
    const orgId = text(identity, 'org_id') || internalOrg;
    const accountNumber = text(identity, 'account_number');
    const type = text(identity, 'type');
    const user = object(identity, 'user');
    const username = text(user, 'username');
    const email = text(user, 'email');
    const entitlement = entitlementToRhel(document, accountNumber);
    if (type !== 'Associate' || accountNumber !== '') {
      if (!isOrgId(orgId) || internalOrg === '') {
        return refuse(400, 'Bad Request: x-rh-identity header has an invalid or missing org_id');
      }
      if (type === '') return refuse(400, 'Bad Request: x-rh-identity header is missing type');
    }
    if (type === 'Associate') return refuse(400, "unsupported account type: 'Associate'", false);
    const actor = username || nonUserName(identity) || email;
    // Only users administer an organization.
    const orgAdmin = type === 'User' && user?.['is_org_admin'] === true;
    const subject = { email, username, actor, orgAdmin };
    return { identity: { orgId, accountNumber, ...subject, type, ...entitlement, platformHeader: header } };
  } catch (error) {
    if (error instanceof WrongTypeError) return refuse(400, notJson);
    throw error;
  }
};

const fedoraIdentity = (header: string): IdentityResult => {
  const notJson = 'Identity header does not contain valid JSON';
  const decoded = decodeBase64(header);
  const parsed = decoded === null ? undefined : parseJson(decoded);
  if (!isObject(parsed) || !['string', 'undefined'].includes(typeof parsed['user'])) return refuse(400, notJson);
  const user = (parsed['user'] as string | undefined) ?? '';
  if (!isStorable(user)) return refuse(400, notJson);
  if (!isOrgId(user)) return refuse(400, 'Identity does not contain a user');
  return {
    identity: {
      orgId: user,
      accountNumber: '',
      email: '',
      username: user,
      actor: user,
      // Every user is an organization.
      orgAdmin: true,
      type: '',
      entitled: false,
      statesEntitlement: false,
      platformHeader: null,
    },
  };
};

export interface IdentityReader {
  /** Lower-case header name. */
  readonly header: string;
  /** @param values all values of the header; empty for an absent header */
  readonly read: (values: readonly string[]) => IdentityResult;
}

/** Cached headers. A header has a few hundred bytes, and a gateway repeats it on every request. */
const CACHE_SIZE = 2_000;

const cached = (name: string, parse: (header: string) => IdentityResult): ((header: string) => IdentityResult) => {
  const cache = new LRUCache<string, IdentityResult>({ max: CACHE_SIZE });
  return (header) => {
    const hit = cache.get(header);
    if (hit) return hit;
    if (header.length > MAX_IDENTITY_HEADER) return tooLong(name);
    const result = parse(header);
    cache.set(header, result);
    return result;
  };
};

/** Reads `x-rh-identity`: base64 of the platform's identity document. */
export function platformIdentityReader(): IdentityReader {
  const header = 'x-rh-identity';
  const parse = cached(header, platformIdentity);
  return {
    header,
    read: (values) => {
      const [value] = values;
      if (value === undefined) return refuse(401, 'Unauthorized: missing identity header');
      if (values.length > 1) return refuse(400, 'Bad Request: missing x-rh-identity header');
      return parse(value);
    },
  };
}

/** Reads `x-fedora-identity`: base64 of `{"user": "<name>"}`. */
export function fedoraIdentityReader(): IdentityReader {
  const header = 'x-fedora-identity';
  const parse = cached(header, fedoraIdentity);
  return {
    header,
    read: (values) => {
      const [value] = values;
      if (value === undefined) return refuse(400, 'Missing identity header', false);
      if (values.length > 1) return refuse(400, 'Missing identity header');
      return parse(value);
    },
  };
}
