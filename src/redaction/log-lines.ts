// What must not be in a log, taken out of lines as they are about to be written: whatever put it there (a field, the bindings
// of a child logger, a serializer, the text of an error), it passes here, and nothing goes to any sink without.

/** Stands where something was taken out. */
export const CENSOR = '[redacted]';

/** Ends of member names whose values are secrets or identities, without punctuation and case: `x-rh-identity`, `apiKey`. */
const SECRET_NAME = new RegExp(
  '(?:identity|authorization|cookie|passw(?:or)?d|passphrase|secret|token|credential|activationkey|configkey|apikey|' +
    'accesskey|accesskeyid|privatekey|secretkey|dsn)s?$|^(?:passw(?:or)?d|secret)',
);

/** Names of the headers among them: in a list of headers the value follows its name. */
const SECRET_HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-(?:rh|fedora)-identity)$/i;

/** Whether a line may hold anything of this file's concern. Most lines do not, and are not looked at any further. */
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
export const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase());

/** A text without the secrets that can be told from what surrounds them. */
export const redactText = (text: string): string =>
  SUSPECT.test(text) ? SECRET_TEXTS.reduce((result, [secret, by]) => result.replaceAll(secret, by), text) : text;

/** Deeper than anything that is logged on purpose. What is below is not looked at, and not shown. */
const MAX_DEPTH = 32;

/** Whether a value tells anything: that there is a password may be known. */
const tells = (value: unknown): boolean => value !== null && typeof value !== 'boolean';

/** Redacts a parsed value in place. */
const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return CENSOR;
  if (Array.isArray(value)) {
    const list = value as unknown[];
    for (const [index, item] of list.entries()) {
      const name: unknown = list[index - 1];
      const isHeader = typeof name === 'string' && SECRET_HEADER.test(name);
      list[index] = isHeader && tells(item) ? CENSOR : redactValue(item, depth + 1);
    }
    return list;
  }
  const members = value as Record<string, unknown>;
  for (const [name, member] of Object.entries(members)) {
    members[name] = isSecretName(name) && tells(member) ? CENSOR : redactValue(member, depth + 1);
  }
  return members;
};

/** A log line, one JSON object and a line break, without secrets and identities. */
export const redactLine = (line: string): string => {
  if (!SUSPECT.test(line)) return line;
  try {
    return `${JSON.stringify(redactValue(JSON.parse(line), 0))}\n`;
  } catch {
    // No line of ours is anything but JSON; should one be, it is a text.
    return redactText(line);
  }
};
