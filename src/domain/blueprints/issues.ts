import { given } from '../../lib/members.ts';
import { entryText, ServiceError, type ErrorKind } from '../../lib/errors.ts';

/** A problem of a blueprint. */
export interface Issue {
  /** JSON pointer to the member; empty for the whole blueprint. */
  readonly pointer: string;
  readonly title?: string;
  readonly detail: string;
  /** The value of the member. */
  readonly value?: string;
  /** What the member takes instead. */
  readonly takes?: string;
  /** The name or value that was probably meant. */
  readonly suggestion?: string;
  /** Image types that take the member. */
  readonly image_types?: string[];
}

/** Reported issues of each kind. */
const MAX_ISSUES = 1_000;

/** Lengths of reported texts, in characters. */
const MAX_LENGTH = { pointer: 4_096, title: 100, detail: 8_192, value: 200 } as const;

/** Failures of the check itself, not of the blueprint. */
const INCONCLUSIVE_KINDS: ReadonlySet<ErrorKind> = new Set(['internal', 'unavailable']);

const truncate = ({ pointer, title, detail, value, takes, suggestion, image_types }: Issue): Issue => ({
  ...given({
    value: value?.slice(0, MAX_LENGTH.value),
    takes: takes?.slice(0, MAX_LENGTH.detail),
    suggestion: suggestion?.slice(0, MAX_LENGTH.value),
    image_types,
  }),
  pointer: pointer.slice(0, MAX_LENGTH.pointer),
  ...(title === undefined ? {} : { title: title.slice(0, MAX_LENGTH.title) }),
  detail: detail.slice(0, MAX_LENGTH.detail).toWellFormed(),
});

/** Collects the issues of one blueprint. */
export class IssueCollector {
  readonly errors: Issue[] = [];
  readonly warnings: Issue[] = [];
  /** Whether a check could not be made. */
  incomplete = false;

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

  /** Adds a warning about a check that could not be made. */
  addUnchecked(issue: Issue): void {
    this.incomplete = true;
    this.addWarning(issue);
  }

  /** Whether an error has this text, for any member. */
  hasError(detail: string): boolean {
    return this.errors.some((known) => known.detail === detail);
  }

  /** Adds a ServiceError: as an error, or as a warning where the check could not be made. @throws any other error */
  addRefusal(pointer: string, error: unknown): void {
    if (!(error instanceof ServiceError)) throw error;
    for (const entry of error.entries) {
      if (INCONCLUSIVE_KINDS.has(error.kind))
        this.addUnchecked({ pointer, detail: `could not be checked: ${entry.detail}` });
      else this.addError({ ...entry, pointer, detail: entryText(entry) });
    }
  }

  /** Runs a check and adds its ServiceError; `undefined` after an error. */
  check<Value>(pointer: string, check: () => Value): Value | undefined {
    try {
      return check();
    } catch (addError) {
      this.addRefusal(pointer, addError);
      return undefined;
    }
  }
}
