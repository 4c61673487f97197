// Texts of other services may repeat the request: secrets of the request are removed before a text is shown or
// logged.
import { startTurn, type Turn } from '../../lib/turn.ts';
import { CENSOR, holdsSecret, redactText } from './log-lines.ts';
import { isSecretMember, USER_INFO } from './secret-members.ts';

/** Shorter secrets would match ordinary words; `redactText` finds them next to their names. */
const MIN_LENGTH = 8;

const MAX_DEPTH = 64;

const collect = (value: unknown, name: string, into: Set<string>, depth: number): void => {
  if (typeof value === 'string') {
    if (isSecretMember(name)) into.add(value);
    for (const [, credentials = ''] of value.matchAll(USER_INFO)) {
      into.add(credentials);
      into.add(credentials.slice(credentials.indexOf(':') + 1));
    }
  } else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
    for (const [key, member] of Object.entries(value)) {
      collect(member, Array.isArray(value) ? name : key, into, depth + 1);
    }
  }
};

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Go escapes these characters in JSON. */
const inHtmlSafeJson = (text: string): string =>
  inJson(text).replaceAll(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

/** Within single quotes of a shell. */
const inShell = (text: string): string => text.replaceAll("'", `'\\''`);

/** Encodings in which a service may repeat a secret. */
const formsOf = (secret: string): readonly string[] => [
  ...[secret, inJson(secret), inHtmlSafeJson(secret), inJson(inJson(secret))],
  ...[inShell(secret), inJson(inShell(secret)), encodeURIComponent(secret.toWellFormed())],
  // Composer's manifests hold file contents in base64.
  Buffer.from(secret).toString('base64'),
];

type Redactor = (text: string) => string;

/** Secrets that may be part of a text of this length: every form of a secret is at least as long as the secret. */
const secretsOf = (sent: readonly unknown[], textLength: number): readonly string[] => {
  const secrets = new Set<string>();
  for (const document of sent) collect(document, '', secrets, 0);
  return [...secrets].filter(({ length }) => length >= MIN_LENGTH && length <= textLength);
};

const createRedactor = (secrets: readonly string[]): Redactor => {
  const forms = new Set(secrets.flatMap(formsOf));
  // Longest first: a secret may be part of a longer one.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => redactText(ordered.reduce((rest, form) => rest.replaceAll(form, CENSOR), text));
};

/** Redacts a text of another service. @param sent requests whose secrets are redacted */
export function redactUpstreamText(text: string, ...sent: readonly unknown[]): string {
  return createRedactor(secretsOf(sent, text.length))(text);
}

const redactDeep = (value: unknown, redact: Redactor, depth = 0): unknown => {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (depth === MAX_DEPTH) return CENSOR;
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      holdsSecret(name) && typeof member === 'string' ? CENSOR : redactDeep(member, redact, depth + 1),
    ]),
  );
};

/** Redacts JSON of another service; numbers stay exact. @param sent requests whose secrets are redacted */
export function redactUpstreamJson<T>(value: T, ...sent: readonly unknown[]): T {
  return redactDeep(value, createRedactor(secretsOf(sent, JSON.stringify(value).length))) as T;
}

const repeatedSecrets = async (sent: readonly unknown[], json: string, turn: Turn): Promise<readonly string[]> => {
  const repeated: string[] = [];
  for (const secret of secretsOf(sent, json.length)) {
    if (turn.isLong()) await turn.next();
    if (formsOf(secret).some((form) => json.includes(inJson(form)))) repeated.push(secret);
  }
  return repeated;
};

const gatherTexts = (value: unknown, into: Set<string>, depth = 0): void => {
  if (typeof value === 'string') into.add(value);
  else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH)
    for (const member of Object.values(value)) gatherTexts(member, into, depth + 1);
};

/** `redactUpstreamJson` for megabytes: yields to the event loop, and searches only secrets that occur. */
export async function redactLongUpstreamJson<T>(value: T, ...sent: readonly unknown[]): Promise<T> {
  const turn = startTurn();
  const texts = new Set<string>();
  gatherTexts(value, texts);
  const redact = createRedactor(await repeatedSecrets(sent, JSON.stringify(value), turn));
  const redacted = new Map<string, string>();
  for (const text of texts) {
    if (turn.isLong()) await turn.next();
    redacted.set(text, redact(text));
  }
  if (turn.isLong()) await turn.next();
  return redactDeep(value, (text) => redacted.get(text) ?? CENSOR) as T;
}

/** Secrets recognizable by form: credentials in a URL, password hashes, tokens. */
const SECRET_ANYWHERE = /:\/\/[^/\s"<>]{1,512}@|\$(?:1|2[abxy]?|5|6|7|g?y)\$[\w./]{3}|\bbearer [\w+/=.~-]{6}/i;

/** The JSON text of a document, unchanged byte for byte unless it contains a secret. */
export async function redactUpstreamDocument(value: unknown, ...sent: readonly unknown[]): Promise<string> {
  const text = JSON.stringify(value);
  const suspicious = SECRET_ANYWHERE.test(text) || (await repeatedSecrets(sent, text, startTurn())).length > 0;
  return suspicious ? JSON.stringify(await redactLongUpstreamJson(value, ...sent)) : text;
}
