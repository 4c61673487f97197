// What must not be in a log, taken out of each field as pino serialises it: the fields of a line, the bindings of a child logger,
// the result of a serializer and the message all pass here, before any sink receives the line.

/** Stands where something was taken out. */
export const CENSOR = '[redacted]';

/** Ends of member names whose values are secrets or identities, without punctuation and case: `x-rh-identity`, `apiKey`. */
const SECRET_NAME = new RegExp(
  '(?:identity|authorization|cookie|passw(?:or)?d|passphrase|secret|token|credential|activationkey|configkey|apikey|' +
    'accesskey|accesskeyid|privatekey|secretkey|dsn)s?$|^(?:passw(?:or)?d|secret)',
);

/** Names of the headers among them: in a list of headers the value follows its name. */
const SECRET_HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:rh|fedora)-identity)$/i;

/** Whether a text may hold a secret. Most texts do not, and the expressions below are not applied to them. */
const SUSPECT =
  /identity|authori[sz]ation|cookie|passw|passphrase|secret|token|credential|activation|config.?key|api.?key|access.?key|private.?key|dsn|bearer|basic|(?:eyJ|eyA|ewo|ewk|ew0)\w|:\/\/[^/\s]{1,512}@|\$\w{1,2}\$|valid JSON/i;

/** Names, as they stand in texts, whose values end where a word ends, and those whose values may have blanks. */
const WORDS =
  'passw(?:or)?d|passphrase|secret|token|activation[-_]?key|config[-_]?key|api[-_]?key|access[-_]?key|private[-_]?key';
const PHRASES = 'authorization|cookie|identity|credentials';

/** Between a name and its value in JSON, headers and forms; quotes are escaped where JSON stands in JSON. */
const EQUALS = String.raw`\\*["']?\s?[:=]\s?`;

/** Secrets within a text, each with what replaces it. None looks at a character more often than a few hundred times. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // JSON in base64: identity headers, and the parts of signed tokens.
  [/(?:eyJ|eyA|ewo|ewk|ew0)[\w+/=.-]{13,}/g, CENSOR],
  [/(bearer )[\w+/=.~-]{6,}/gi, `$1${CENSOR}`],
  [/(basic )[A-Za-z]*[\d+/=][\w+/=]*/gi, `$1${CENSOR}`],
  // A hash of a password, wherever it stands.
  [/\$(?:1|2[abxy]?|5|6|7|g?y)\$[\w./$=,+-]{3,}/g, CENSOR],
  // The piece of the text that a parser of JSON complains about.
  [/(?:\.\.\.)?"[^]{0,64}?"(?:\.\.\.)? is not valid JSON/g, `${CENSOR} is not valid JSON`],
  // Credentials in an address.
  [/(:\/\/)[^/\s"<>]{1,512}@/g, `$1${CENSOR}@`],
  // A quoted value ends with a quote that is escaped as often as the first; one that was cut off ends with the text.
  [new RegExp(String.raw`((?:${WORDS}|${PHRASES})${EQUALS})(\\*)(["'])[^]*?(?:(?<!\\)\2\3|$)`, 'gi'), `$1${CENSOR}`],
  [new RegExp(String.raw`((?:${WORDS})${EQUALS})[^\s,;&"'}\\]+`, 'gi'), `$1${CENSOR}`],
  // An object is not looked into for its end: the rest goes with it.
  [new RegExp(String.raw`((?:${PHRASES})${EQUALS})[{[][^]*`, 'gi'), `$1${CENSOR}`],
  [new RegExp(String.raw`((?:${PHRASES})${EQUALS})[^"'\r\n]+`, 'gi'), `$1${CENSOR}`],
];

/** Whether a member of that name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase());
}

/** A text without the secrets that can be told from what surrounds them. */
export function redactText(text: string): string {
  return SUSPECT.test(text) ? SECRET_TEXTS.reduce((result, [secret, by]) => result.replaceAll(secret, by), text) : text;
}

/** Names of members that are remembered, each with whether its value is secret. Names of documents may be anything: the map is bounded. */
const MAX_NAMES = 1_000;
const knownNames = new Map<string, boolean>();

const holdsSecret = (name: string): boolean => {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  if (knownNames.size >= MAX_NAMES) knownNames.clear();
  const secret = isSecretName(name);
  knownNames.set(name, secret);
  return secret;
};

/** Deeper, and more values, than anything that is logged on purpose. The rest of a field is not shown. */
const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;

/** Whether a value reveals anything: that there is a password may be known. */
const reveals = (value: unknown): boolean => value !== null && value !== undefined && typeof value !== 'boolean';

const hasToJson = (value: object): value is { toJSON: () => unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function';

/** Copies a value without secrets. @param budget counts down the values that are still copied */
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

/** The value of a field as a log line shows it: without secrets and identities. */
export function redactField(value: unknown): unknown {
  try {
    return copy(value, 0, { values: MAX_VALUES });
  } catch {
    // A getter or a `toJSON` that fails must not fail the caller of the logger.
    return CENSOR;
  }
}

/** Fields with the values of secret names hidden. Other values are as they were: `redactField` gets them one by one. */
export function hideSecretFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  let shown: Record<string, unknown> = fields;
  for (const name of Object.keys(fields)) {
    if (!holdsSecret(name) || !reveals(fields[name])) continue;
    if (shown === fields) shown = { ...fields };
    shown[name] = CENSOR;
  }
  return shown;
}

/** Makes a child of a logger with bindings. */
type CreateChild<Logger, Bindings, Options> = (this: Logger, bindings: Bindings, options?: Options) => Logger;

/** Hides secret names in the bindings of child loggers as in the fields of a line: pino has no formatter for them. */
export function hideBindings<Logger, Options>(
  createChild: CreateChild<Logger, Record<string, unknown>, Options>,
): CreateChild<Logger, Record<string, unknown>, Options> {
  return function (bindings, options) {
    return createChild.call(this, hideSecretFields(bindings), options);
  };
}
