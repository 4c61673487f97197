import type { ValueType } from './value-types.ts';

/** A variable of the environment: everything that parser, documentation and checks have to know of it. */
export interface Variable {
  readonly type: ValueType<unknown>;
  /** The text in force where the variable is not set. */
  readonly default: string;
  /** One sentence, in Markdown; links are relative to `docs/`. */
  readonly description: string;
  /** `original` for a variable of the service that this one replaces, else the version of this service that added it. */
  readonly since: 'original' | `${number}.${number}.${number}`;
  /** Whether the value is secret: no message, page or log line shows it. */
  readonly secret?: true;
  /** Whether `NAME_FILE` may name a file with the value. */
  readonly fromFile?: true;
  /** Another spelling that is read where the variable is not set. */
  readonly alias?: string;
}

/** Variables of one subject, by name, in the order in which they are documented. */
export interface Section {
  readonly title: string;
  readonly variables: Readonly<Record<string, Variable>>;
}
