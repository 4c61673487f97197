// Every field of a log line passes here before a sink receives it: members, bindings, serializer results and the
// message.

export const CENSOR = '[redacted]';

/** Suffixes of secret member names, in lower case without punctuation. */
const SECRET_NAME = new RegExp(
  '(?:identity|authorization|cookie|passw(?:or)?d|passphrase|secret|token|credential|activationkey|configkey|apikey|' +
    'accesskey|accesskeyid|privatekey|secretkey|dsn)s?$|^(?:passw(?:or)?d|secret)',
);

/** Header lists alternate names and values. */
const SECRET_HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:rh|fedora)-identity)$/i;

/** A cheap test: most texts skip the expressions below. */
const SUSPECT =
  /identity|authori[sz]ation|cookie|passw|passphrase|secret|token|credential|activation|config.?key|api.?key|access.?key|private.?key|dsn|bearer|basic|(?:eyJ|eyA|ewo|ewk|ew0)\w|:\/\/[^/\s]{1,512}@|\$\w{1,2}\$|valid JSON/i;

/** Names followed by one word, and names whose values may contain blanks. */
const WORDS =
  'passw(?:or)?d|passphrase|secret|token|activation[-_]?key|config[-_]?key|api[-_]?key|access[-_]?key|private[-_]?key';
const PHRASES = 'authorization|cookie|identity|credentials';

/** Separators in JSON, headers and forms; nested JSON escapes quotes. */
const EQUALS = String.raw`\\*["']?\s?[:=]\s?`;

/** Secrets and their replacements. Every expression has bounded backtracking. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // Base64 of JSON: identity headers and signed tokens.
  [/(?:eyJ|eyA|ewo|ewk|ew0)[\w+/=.-]{13,}/g, CENSOR],
  [/(bearer )[\w+/=.~-]{6,}/gi, `$1${CENSOR}`],
  [/(basic )[A-Za-z]*[\d+/=][\w+/=]*/gi, `$1${CENSOR}`],
  // Password hashes.
  [/\$(?:1|2[abxy]?|5|6|7|g?y)\$[\w./$=,+-]{3,}/g, CENSOR],
  // The excerpt in an error of JSON.parse.
  [/(?:\.\.\.)?"[^]{0,64}?"(?:\.\.\.)? is not valid JSON/g, `${CENSOR} is not valid JSON`],
  // Credentials in a URL.
  [/(:\/\/)[^/\s"<>]{1,512}@/g, `$1${CENSOR}@`],
  // The closing quote is escaped as often as the opening one; a truncated value has none.
  [new RegExp(String.raw`((?:${WORDS}|${PHRASES})${EQUALS})(\\*)(["'])[^]*?(?:(?<!\\)\2\3|$)`, 'gi'), `$1${CENSOR}`],
  [new RegExp(String.raw`((?:${WORDS})${EQUALS})[^\s,;&"'}\\]+`, 'gi'), `$1${CENSOR}`],
  // The end of an object is not searched: the rest of the text is removed.
  [new RegExp(String.raw`((?:${PHRASES})${EQUALS})[{[][^]*`, 'gi'), `$1${CENSOR}`],
  [new RegExp(String.raw`((?:${PHRASES})${EQUALS})[^"'\r\n]+`, 'gi'), `$1${CENSOR}`],
];

/** Whether a member of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase());
}

/** Removes secrets that are recognizable by their form or their name in the text. */
export function redactText(text: string): string {
  return SUSPECT.test(text) ? SECRET_TEXTS.reduce((result, [secret, by]) => result.replaceAll(secret, by), text) : text;
}

/** Member names are arbitrary: the cache is bounded. */
const MAX_NAMES = 1_000;
const knownNames = new Map<string, boolean>();

/** `isSecretName`, cached: requests and log lines repeat few names. */
export function holdsSecret(name: string): boolean {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  if (knownNames.size >= MAX_NAMES) knownNames.clear();
  const secret = isSecretName(name);
  knownNames.set(name, secret);
  return secret;
}

/** Bounds of one field; the rest is censored. */
const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;

/** Booleans reveal nothing: whether a password is set is not secret. */
const reveals = (value: unknown): boolean => value !== null && value !== undefined && typeof value !== 'boolean';

const hasToJson = (value: object): value is { toJSON: () => unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

/** @param budget values left to copy */
const copy = (value: unknown, depth: number, budget: { values: number }): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  budget.values -= 1;
  if (depth === MAX_DEPTH || budget.values < 0) return CENSOR;
  if (hasToJson(value)) return copy(value.toJSON(), depth + 1, budget);
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list.map((item, index) => {
      const name = list[index - 1];
      const isHeader = typeof name === 'string' && SECRET_HEADER.test(name);
      return isHeader && reveals(item) ? CENSOR : copy(item, depth + 1, budget);
    });
  }
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    members[name] = holdsSecret(name) && reveals(member) ? CENSOR : copy(member, depth + 1, budget);
  }
  return members;
};

/** A log field without secrets and identities. */
export function redactField(value: unknown): unknown {
  try {
    return copy(value, 0, { values: MAX_VALUES });
  } catch {
    // A failing getter or `toJSON` must not fail the caller of the logger.
    return CENSOR;
  }
}

/** Censors the members with secret names. `redactField` handles the other values. */
export function hideSecretFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  let shown: Record<string, unknown> = fields;
  for (const name of Object.keys(fields)) {
    if (!holdsSecret(name) || !reveals(fields[name])) continue;
    if (shown === fields) shown = { ...fields };
    shown[name] = CENSOR;
  }
  return shown;
}

type CreateChild<Logger, Bindings, Options> = (this: Logger, bindings: Bindings, options?: Options) => Logger;

/** Wraps `child` of a logger to censor its bindings: pino has no formatter for them. */
export function hideBindings<Logger, Options>(
  createChild: CreateChild<Logger, Record<string, unknown>, Options>,
): CreateChild<Logger, Record<string, unknown>, Options> {
  return function (bindings, options) {
    return createChild.call(this, hideSecretFields(bindings), options);
  };
}
