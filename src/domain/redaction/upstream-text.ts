// What other services say may repeat what they were sent: composer's refusals hold dumps of the values they are about. Before such
// words are shown or become part of an error, what was secret in the request is taken out of them, whatever surrounds it there.
import { setImmediate } from 'node:timers/promises';
import { CENSOR, isSecretName, redactText } from './log-lines.ts';

/** Members that hold whatever the caller likes: contents of files, configuration of Ignition. */
const CONTENT: ReadonlySet<string> = new Set(['data', 'config']);

/** Shorter ones would take words out of sentences. Where their name stands beside them they are found all the same. */
const MIN_LENGTH = 8;

/** Deeper than any request. */
const MAX_DEPTH = 64;

/** Credentials of an address. */
const USER_INFO = /:\/\/([^/\s"<>@]{1,512})@/g;

const collect = (value: unknown, name: string, into: Set<string>, depth: number): void => {
  if (typeof value === 'string') {
    if (isSecretName(name) || CONTENT.has(name)) into.add(value);
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

/** As Go writes JSON. */
const inHtmlSafeJson = (text: string): string =>
  inJson(text).replaceAll(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

/** As an argument in single quotes of a shell. */
const inShell = (text: string): string => text.replaceAll("'", `'\\''`);

/** Forms in which a text appears where it is repeated. */
const formsOf = (secret: string): readonly string[] => [
  ...[secret, inJson(secret), inHtmlSafeJson(secret), inJson(inJson(secret))],
  ...[inShell(secret), inJson(inShell(secret)), encodeURIComponent(secret.toWellFormed())],
  // As files have their contents in the instructions of a build.
  Buffer.from(secret).toString('base64'),
];

/** Takes texts out of others. */
type Redactor = (text: string) => string;

/** Everything that is secret in what was sent. */
const secretsOf = (sent: readonly unknown[]): readonly string[] => {
  const secrets = new Set<string>();
  for (const document of sent) collect(document, '', secrets, 0);
  return [...secrets].filter((secret) => secret.length >= MIN_LENGTH);
};

const createRedactor = (secrets: readonly string[]): Redactor => {
  const forms = new Set(secrets.flatMap(formsOf));
  // A secret may be part of a longer one.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => redactText(ordered.reduce((rest, form) => rest.replaceAll(form, CENSOR), text));
};

/**
 * A text of another service as it may be shown to the caller and logged.
 * @param sent what the service was sent, or what that was made of
 */
export function redactUpstreamText(text: string, ...sent: readonly unknown[]): string {
  return createRedactor(secretsOf(sent))(text);
}

/** Tells which names are those of secrets, and remembers it: a long document has the same few again and again. */
const createSecretNameCheck = (): ((name: string) => boolean) => {
  const known = new Map<string, boolean>();
  return (name) => {
    let secret = known.get(name);
    if (secret === undefined) known.set(name, (secret = isSecretName(name)));
    return secret;
  };
};

const redactDeep = (value: unknown, redact: Redactor, depth = 0, isSecret = createSecretNameCheck()): unknown => {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (depth === MAX_DEPTH) return CENSOR;
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact, depth + 1, isSecret));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      isSecret(name) && typeof member === 'string' ? CENSOR : redactDeep(member, redact, depth + 1, isSecret),
    ]),
  );
};

/** JSON of another service as it may be shown to the caller: its texts as by `redactForeignText`, its numbers as they are. */
export function redactUpstreamJson<T>(value: T, ...sent: readonly unknown[]): T {
  return redactDeep(value, createRedactor(secretsOf(sent))) as T;
}

/** Those of the secrets that JSON repeats in one of their forms. */
const repeatedSecrets = (secrets: readonly string[], json: string): readonly string[] =>
  secrets.filter((secret) => formsOf(secret).some((form) => json.includes(inJson(form))));

const gatherTexts = (value: unknown, into: Set<string>, depth = 0): void => {
  if (typeof value === 'string') into.add(value);
  else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH)
    for (const member of Object.values(value)) gatherTexts(member, into, depth + 1);
};

/** Milliseconds of work after which others have their turn. */
const SLICE_MS = 10;

/** The same as `redactForeign` for JSON that may be megabytes long: it lets others have their turn, and looks for what is there. */
export async function redactLongUpstreamJson<T>(value: T, ...sent: readonly unknown[]): Promise<T> {
  const texts = new Set<string>();
  gatherTexts(value, texts);
  const redact = createRedactor(repeatedSecrets(secretsOf(sent), JSON.stringify(value)));
  const redacted = new Map<string, string>();
  let until = performance.now() + SLICE_MS;
  for (const text of texts) {
    if (performance.now() > until) {
      await setImmediate();
      until = performance.now() + SLICE_MS;
    }
    redacted.set(text, redact(text));
  }
  return redactDeep(value, (text) => redacted.get(text) ?? CENSOR) as T;
}

/** What is secret whoever sent it: credentials in an address, hashes of passwords, tokens. */
const SECRET_ANYWHERE = /:\/\/[^/\s"<>]{1,512}@|\$(?:1|2[abxy]?|5|6|7|g?y)\$[\w./]{3}|\bbearer [\w+/=.~-]{6}/i;

/**
 * The text of a document of another service. What is in a document has to stay as it was made, and it may be very long: only one
 * that repeats a secret is looked through, as by `redactForeign`.
 */
export async function redactUpstreamDocument(value: unknown, ...sent: readonly unknown[]): Promise<string> {
  const text = JSON.stringify(value);
  const suspicious = SECRET_ANYWHERE.test(text) || repeatedSecrets(secretsOf(sent), text).length > 0;
  return suspicious ? JSON.stringify(await redactLongUpstreamJson(value, ...sent)) : text;
}
