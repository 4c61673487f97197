// Types of values that a variable has. `allowed` completes "NAME: must be …" in an error, and is a cell of the documented table.

export interface ValueType<T> {
  readonly allowed: string;
  /** Returns the value of a text, `undefined` for a text that is not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** `value`: an empty text is a value. Otherwise it counts as not set: templates set a variable that they do not use to nothing. */
  readonly empty?: 'value';
}

export const text: ValueType<string> = { allowed: 'any text', parse: (value) => value, empty: 'value' };

/** A type whose variable has no default: `null` where the variable is not set. */
export function optional<T>({ allowed, parse }: ValueType<T>): ValueType<T | null> {
  return { allowed, parse: (value) => (value === '' ? null : parse(value)) };
}

/** A text of a form. */
export function matching(allowed: string, form: RegExp): ValueType<string> {
  return { allowed, parse: (value) => (form.test(value) ? value : undefined), empty: 'value' };
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function booleanOf(yes: readonly string[], no: readonly string[]): ValueType<boolean> {
  const parse = (value: string): boolean | undefined => {
    const word = value.toLowerCase();
    if (yes.includes(word)) return true;
    return no.includes(word) ? false : undefined;
  };
  return { allowed: listed([...yes, ...no]), parse };
}

export const boolean: ValueType<boolean> = {
  allowed: 'true, 1, false or 0',
  // Compatibility: in the original an empty text is false, also where the default is true.
  parse: (value) => (value === '' ? false : booleanOf(['true', '1'], ['false', '0']).parse(value)),
  empty: 'value',
};

/** Compatibility: the maintenance program of the original reads its switches with more spellings. */
export const maintenanceBoolean: ValueType<boolean> = booleanOf(['true', 't', '1'], ['false', 'f', '0']);

/**
 * A number without sign, fraction and exponent.
 * @param of what is counted, as the documentation names it; `scale` times the number is the value
 */
export function integer(min: number, max: number, { of = '', scale = 1 } = {}): ValueType<number> {
  return {
    allowed: `a whole number${of && ` of ${of}`} from ${min} to ${max}`,
    parse: (value) => {
      const number = /^\d+$/.test(value) ? Number(value) : NaN;
      return number >= min && number <= max ? number * scale : undefined;
    },
  };
}

/** A time that is set in seconds; its value is in milliseconds. */
export function seconds(min: number, max: number): ValueType<number> {
  return integer(min, max, { of: 'seconds', scale: 1000 });
}

export function choice<const T extends string>(choices: readonly T[]): ValueType<T> {
  return { allowed: listed(choices), parse: (value) => choices.find((known) => known === value) };
}

/** One of the names of a map, in any case; the value is what the map has under the name. */
export function nameOf<T>(names: Readonly<Record<string, T>>): ValueType<T> {
  const values = new Map(Object.entries(names));
  return { allowed: listed([...values.keys()]), parse: (value) => values.get(value.toLowerCase()) };
}

/** Names with commas between, each once; the value has them in the order of `known`. */
export function listOf<T extends string>(known: readonly T[]): ValueType<readonly T[]> {
  return {
    allowed: `a list of ${known.join(', ')}`,
    parse: (value) => {
      const names = value
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
      const found = known.filter((name) => names.includes(name));
      return found.length === names.length ? found : undefined;
    },
    empty: 'value',
  };
}
