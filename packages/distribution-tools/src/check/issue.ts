/**
 * An issue of a distribution directory. With an error the service cannot serve the content of the file; a warning may be
 * intended.
 */
export interface Issue {
  readonly severity: 'error' | 'warning';
  /** Below the distribution directory. */
  readonly file: string;
  /** JSON pointer or another position in the file; empty for the whole file. */
  readonly field: string;
  readonly message: string;
}

/** Collects the issues of one file. */
export interface IssueReporter {
  readonly error: (field: string, message: string) => void;
  readonly warning: (field: string, message: string) => void;
}

/** @param file below the distribution directory */
export function reporterOf(all: Issue[], file: string): IssueReporter {
  return {
    error: (field, message) => void all.push({ severity: 'error', file, field, message }),
    warning: (field, message) => void all.push({ severity: 'warning', file, field, message }),
  };
}

/** An issue in one line. */
export function describeIssue({ severity, file, field, message }: Issue): string {
  return `${severity}: ${file}${field === '' ? '' : ` ${field}`}: ${message}`;
}

/** Repeated texts, with the index of each repetition and of the first occurrence. */
export function repeated(
  texts: readonly string[],
): { readonly text: string; readonly index: number; readonly first: number }[] {
  const first = new Map<string, number>();
  return texts.flatMap((text, index) => {
    const before = first.get(text);
    if (before !== undefined) return [{ text, index, first: before }];
    first.set(text, index);
    return [];
  });
}
