// Converters between the members of a hosted blueprint and those of a composer-cli blueprint. One table describes both directions.
import { isObject } from '../../../lib/json.ts';

/** A part of a document, by its JSON pointer. */
export interface Remark {
  readonly pointer: string;
  readonly detail: string;
}

/** Remarks that a conversion lists at most. */
const MOST_REMARKS = 1_000;

/** What a conversion has to say. Further remarks are only counted. */
export class Report {
  readonly #lost: Remark[] = [];
  readonly #wrong: Remark[] = [];
  #lostCount = 0;

  /** Parts without an equivalent: the result lacks them. */
  get lost(): readonly Remark[] {
    const more = this.#lostCount - this.#lost.length;
    return more === 0
      ? this.#lost
      : [...this.#lost, { pointer: '', detail: `${more} more members have no equivalent` }];
  }

  /** Values of a wrong type: there is no result. */
  get wrong(): readonly Remark[] {
    return this.#wrong;
  }

  /** Returns `undefined`, the result of a conversion that has none. */
  addLost(pointer: string, detail: string): unknown {
    this.#lostCount += 1;
    if (this.#lost.length < MOST_REMARKS) this.#lost.push({ pointer, detail });
    return undefined;
  }

  /** The same. */
  addWrong(pointer: string, detail: string): unknown {
    if (this.#wrong.length < MOST_REMARKS) this.#wrong.push({ pointer, detail });
    return undefined;
  }
}

type Convert = (value: unknown, pointer: string, report: Report) => unknown;

/** Both directions of a member. A function returns `undefined` for what it reports instead. */
export interface Codec {
  /** From TOML. */
  readonly read: Convert;
  /** To TOML. */
  readonly write: Convert;
}

const same: Convert = (value) => value;

const scalar = (is: (value: unknown) => boolean, expected: string): Codec => ({
  read: (value, pointer, report) => (is(value) ? value : report.addWrong(pointer, `must be ${expected}`)),
  write: same,
});

const isText = (value: unknown): boolean => typeof value === 'string';

export const TEXT: Codec = scalar(isText, 'a string');
export const BOOLEAN: Codec = scalar((value) => typeof value === 'boolean', 'true or false');
export const INTEGER: Codec = scalar(Number.isSafeInteger, 'an integer');
/** A user or group, by name or number. */
export const OWNER: Codec = scalar((value) => isText(value) || Number.isSafeInteger(value), 'a name or an integer');

export function list(item: Codec): Codec {
  const each =
    (convert: Convert): Convert =>
    (value, pointer, report) =>
      Array.isArray(value)
        ? value
            .map((one: unknown, index) => convert(one, `${pointer}/${index}`, report))
            .filter((one) => one !== undefined)
        : report.addWrong(pointer, 'must be an array');
  return { read: each(item.read), write: each(item.write) };
}

export const TEXTS: Codec = list(TEXT);

/** A member: its converter, or its name in TOML with its converter. */
type Row = Codec | readonly [toml: string, codec: Codec];

export interface TableOptions {
  /** Without them there is no table. */
  readonly required?: readonly string[];
  /** Other names of members in TOML, with the name in a hosted blueprint. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Members of TOML that have no equivalent, with the reason. */
  readonly without?: Readonly<Record<string, string>>;
  /** Members of hosted blueprints that need none: responses alone have them. */
  readonly silent?: readonly string[];
}

const NOT_A_MEMBER = 'no member of a composer-cli blueprint with an equivalent';
export const NO_EQUIVALENT = 'no equivalent in a composer-cli blueprint';

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** A table. @param members by their name in a hosted blueprint */
export function table(members: Readonly<Record<string, Row>>, options: TableOptions = {}): Codec {
  const { required = [], aliases = {}, without = {}, silent = [] } = options;
  const rows = Object.entries(members).map(([name, row]) => {
    const [toml, codec] = 'read' in row ? [name, row] : row;
    return { name, toml, codec };
  });
  const byName = new Map(rows.map((row) => [row.name, row]));
  const byToml = new Map(rows.map((row) => [row.toml, row]));
  for (const [toml, name] of Object.entries(aliases)) {
    const row = byName.get(name);
    if (row) byToml.set(toml, row);
  }
  const missing = (result: object): string | undefined => required.find((name) => !Object.hasOwn(result, name));

  return {
    read: (value, pointer, report) => {
      // Dates of TOML are objects, too.
      if (!isObject(value) || value instanceof Date) return report.addWrong(pointer, 'must be a table');
      const result: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value)) {
        const place = `${pointer}/${escapeKey(key)}`;
        const row = byToml.get(key);
        if (!row) {
          report.addLost(place, Object.hasOwn(without, key) ? (without[key] ?? '') : NOT_A_MEMBER);
          continue;
        }
        const converted = row.codec.read(item, place, report);
        if (converted !== undefined) result[row.name] = converted;
      }
      const absent = required.find((name) => value[byName.get(name)?.toml ?? name] === undefined);
      if (absent !== undefined && !Object.hasOwn(result, absent))
        return report.addWrong(`${pointer}/${byName.get(absent)?.toml ?? absent}`, 'is missing');
      return result;
    },
    write: (value, pointer, report) => {
      const result: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value as object) as [string, unknown][]) {
        if (item === undefined || item === null || silent.includes(key)) continue;
        const place = `${pointer}/${escapeKey(key)}`;
        const row = byName.get(key);
        if (!row) {
          report.addLost(place, NO_EQUIVALENT);
          continue;
        }
        const converted = row.codec.write(item, place, report);
        if (converted !== undefined) result[row.toml] = converted;
      }
      // What is missing has been reported.
      return missing(Object.fromEntries(rows.filter((row) => row.toml in result).map((row) => [row.name, true]))) ===
        undefined
        ? result
        : undefined;
    },
  };
}
