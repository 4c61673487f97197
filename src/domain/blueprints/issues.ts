import { ServiceError, type ErrorKind } from '../../lib/errors.ts';

/** Something that was found about a blueprint. */
export interface Issue {
  /** JSON pointer to the member that it is about; empty for the whole. */
  readonly pointer: string;
  /** Name of the rule, where it has one. */
  readonly title?: string;
  readonly detail: string;
}

/** Findings of a kind that are told. Whoever has more will find the rest after mending these. */
const MAX_ISSUES = 1_000;

/** Longest texts that are told, in characters. */
const MAX_LENGTH = { pointer: 4_096, title: 100, detail: 8_192 } as const;

/** Kinds of failures that say nothing about what was checked: the check could not be made. */
const INCONCLUSIVE_KINDS: ReadonlySet<ErrorKind> = new Set(['internal', 'unavailable']);

const truncate = ({ pointer, title, detail }: Issue): Issue => ({
  pointer: pointer.slice(0, MAX_LENGTH.pointer),
  ...(title === undefined ? {} : { title: title.slice(0, MAX_LENGTH.title) }),
  detail: detail.slice(0, MAX_LENGTH.detail).toWellFormed(),
});

/** Collects what is found about one blueprint. */
export class IssueCollector {
  readonly errors: Issue[] = [];
  readonly warnings: Issue[] = [];

  #add(list: Issue[], issue: Issue): void {
    if (list.length >= MAX_ISSUES) return;
    const truncated = truncate(issue);
    if (!list.some(({ pointer, detail }) => pointer === truncated.pointer && detail === truncated.detail))
      list.push(truncated);
  }

  addError(issue: Issue): void {
    this.#add(this.errors, issue);
  }

  addWarning(issue: Issue): void {
    this.#add(this.warnings, issue);
  }

  /** Whether an error with that text was found, whatever it is about. */
  hasError(detail: string): boolean {
    return this.errors.some((known) => known.detail === detail);
  }

  /**
   * Takes a refusal for what it says: an error, or a warning where the check could not be made.
   * @throws what is no refusal
   */
  addRefusal(pointer: string, error: unknown): void {
    if (!(error instanceof ServiceError)) throw error;
    for (const entry of error.entries) {
      if (INCONCLUSIVE_KINDS.has(error.kind))
        this.addWarning({ pointer, detail: `could not be checked: ${entry.detail}` });
      else this.addError({ pointer, ...entry });
    }
  }

  /** Makes a check, and takes its refusal; `undefined` where it refused. */
  check<Value>(pointer: string, check: () => Value): Value | undefined {
    try {
      return check();
    } catch (addError) {
      this.addRefusal(pointer, addError);
      return undefined;
    }
  }
}
