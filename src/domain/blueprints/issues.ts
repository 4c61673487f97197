import { ServiceError, type ErrorKind } from '../../lib/errors.ts';

/** Something that was found about a blueprint. */
export interface Finding {
  /** JSON pointer to the member that it is about; empty for the whole. */
  readonly pointer: string;
  /** Name of the rule, where it has one. */
  readonly title?: string;
  readonly detail: string;
}

/** Findings of a kind that are told. Whoever has more will find the rest after mending these. */
const MOST = 1_000;

/** Longest texts that are told, in characters. */
const LONGEST = { pointer: 4_096, title: 100, detail: 8_192 } as const;

/** Kinds of failures that say nothing about what was checked: the check could not be made. */
const UNCHECKED: ReadonlySet<ErrorKind> = new Set(['internal', 'unavailable']);

const shortened = ({ pointer, title, detail }: Finding): Finding => ({
  pointer: pointer.slice(0, LONGEST.pointer),
  ...(title === undefined ? {} : { title: title.slice(0, LONGEST.title) }),
  detail: detail.slice(0, LONGEST.detail).toWellFormed(),
});

/** Collects what is found about one blueprint. */
export class Findings {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];

  #add(list: Finding[], finding: Finding): void {
    if (list.length >= MOST) return;
    const short = shortened(finding);
    if (!list.some(({ pointer, detail }) => pointer === short.pointer && detail === short.detail)) list.push(short);
  }

  error(finding: Finding): void {
    this.#add(this.errors, finding);
  }

  warn(finding: Finding): void {
    this.#add(this.warnings, finding);
  }

  /** Whether an error with that text was found, whatever it is about. */
  knows(detail: string): boolean {
    return this.errors.some((known) => known.detail === detail);
  }

  /**
   * Takes a refusal for what it says: an error, or a warning where the check could not be made.
   * @throws what is no refusal
   */
  refused(pointer: string, refusal: unknown): void {
    if (!(refusal instanceof ServiceError)) throw refusal;
    for (const entry of refusal.entries) {
      if (UNCHECKED.has(refusal.kind)) this.warn({ pointer, detail: `could not be checked: ${entry.detail}` });
      else this.error({ ...entry, pointer });
    }
  }

  /** Makes a check, and takes its refusal; `undefined` where it refused. */
  attempt<Value>(pointer: string, check: () => Value): Value | undefined {
    try {
      return check();
    } catch (error) {
      this.refused(pointer, error);
      return undefined;
    }
  }
}
