import { LRUCache } from 'lru-cache';
import { isObject } from '../lib/json-object.ts';

/** Who is asking, as far as the service cares. */
export interface Identity {
  /** Organization id; with Fedora authentication the user name. Everything stored belongs to it. */
  readonly orgId: string;
  /** Empty when the identity has none. */
  readonly accountNumber: string;
  readonly email: string;
  readonly username: string;
  /** What the caller is called where it is told who did something; empty when the identity has no name at all. */
  readonly actor: string;
  /** Administers the organization. */
  readonly orgAdmin: boolean;
  /** `User`, `ServiceAccount`, …; empty with Fedora authentication. */
  readonly type: string;
  /** May use distributions that need a RHEL subscription. */
  readonly entitled: boolean;
  /** The header as it came, to be passed on to platform services; `null` with Fedora authentication. */
  readonly platformHeader: string | null;
}

/** Whose work something is, `null` where the identity has no name. */
export function authorOf({ actor }: Identity): string | null {
  return actor || null;
}

/** Why a header cannot be used. `plain` answers are text, as the platform's gateways and clients expect. */
export interface IdentityRefusal {
  readonly status: 400 | 401;
  readonly text: string;
  readonly plain: boolean;
}

export type IdentityResult = { readonly identity: Identity } | { readonly refusal: IdentityRefusal };

/** Longest header value that is looked at, in bytes. The server takes longer ones, so that they are refused with a reason. */
export const MAX_IDENTITY_HEADER = 16_384;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const refuse = (status: 400 | 401, text: string, plain = true): IdentityResult => ({
  refusal: { status, text, plain },
});

const tooLong = (name: string): IdentityResult =>
  refuse(400, `Bad Request: the ${name} header is longer than ${MAX_IDENTITY_HEADER} bytes`, false);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const decodeBase64 = (value: string): Buffer | null =>
  // Node's decoder takes almost anything; gateways send the standard alphabet with padding.
  BASE64.test(value) ? Buffer.from(value, 'base64') : null;

/** Bytes that are no UTF-8 are refused: replaced, two of them could become one organization. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const parseJson = (bytes: Buffer): Json | undefined => {
  try {
    return JSON.parse(utf8.decode(bytes)) as Json;
  } catch {
    return undefined;
  }
};

/** Whether the database keeps a text as it is: without U+0000 and halves of characters. */
const isStorable = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

/** Longest organization id, in bytes: what the database's indexes take. */
const MAX_ORG_ID = 1_000;

const isOrgId = (value: string): boolean => value !== '' && Buffer.byteLength(value) <= MAX_ORG_ID;

/** Thrown and caught in this file only: a member is not what it is in an identity document. */
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

/** A member that is of no consequence for whether a document is taken: what cannot be used is as good as not there. */
const optionalText = (document: unknown, ...path: readonly string[]): string => {
  const value = path.reduce<unknown>((parent, key) => (isObject(parent) ? parent[key] : undefined), document);
  return typeof value === 'string' && isStorable(value) ? value : '';
};

/** What others than users are called: service accounts and systems. */
const nonUserName = (identity: unknown): string =>
  optionalText(identity, 'service_account', 'username') ||
  optionalText(identity, 'service_account', 'client_id') ||
  optionalText(identity, 'system', 'cn');

const entitledToRhel = (document: Readonly<Record<string, unknown>>, accountNumber: string): boolean => {
  const rhel = object(object(document, 'entitlements'), 'rhel');
  if (rhel === undefined) return accountNumber !== '';
  const entitled = rhel['is_entitled'];
  if (entitled !== undefined && entitled !== null && typeof entitled !== 'boolean')
    throw new WrongTypeError('is_entitled');
  return entitled === true;
};

const platformIdentity = (header: string): IdentityResult => {
  // The words below are matched by gateways and clients; the grammar of the third one is theirs, too.
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
    const entitled = entitledToRhel(document, accountNumber);
    if (type !== 'Associate' || accountNumber !== '') {
      if (!isOrgId(orgId) || internalOrg === '') {
        return refuse(400, 'Bad Request: x-rh-identity header has an invalid or missing org_id');
      }
      if (type === '') return refuse(400, 'Bad Request: x-rh-identity header is missing type');
    }
    if (type === 'Associate') return refuse(400, "unsupported account type: 'Associate'", false);
    const actor = username || nonUserName(identity) || email;
    // Whoever is no user administers nothing, whatever the document says.
    const orgAdmin = type === 'User' && user?.['is_org_admin'] === true;
    const subject = { email, username, actor, orgAdmin };
    return { identity: { orgId, accountNumber, ...subject, type, entitled, platformHeader: header } };
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
      // The organization is the user's own.
      orgAdmin: true,
      type: '',
      entitled: false,
      platformHeader: null,
    },
  };
};

export interface IdentityReader {
  /** Lower-case name of the header that carries the identity. */
  readonly header: string;
  /** Reads all values of that header; an absent header is an empty list. */
  readonly read: (values: readonly string[]) => IdentityResult;
}

/** How many parsed headers are kept. A header is a few hundred bytes, and a gateway repeats it on every request. */
const CACHE_SIZE = 2_000;

const cached = (name: string, parse: (header: string) => IdentityResult): ((header: string) => IdentityResult) => {
  const cache = new LRUCache<string, IdentityResult>({ max: CACHE_SIZE });
  return (header) => {
    const known = cache.get(header);
    if (known) return known;
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
