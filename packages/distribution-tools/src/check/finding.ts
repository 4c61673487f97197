/**
 * Something about a distribution directory. An error keeps the service from serving what the files mean to say; a warning
 * is worth knowing, and may be meant.
 */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Below the distribution directory. */
  readonly file: string;
  /** JSON pointer, or what else tells where in the file; empty for all of it. */
  readonly field: string;
  readonly message: string;
}

/** Takes findings of one file. */
export interface Findings {
  readonly error: (field: string, message: string) => void;
  readonly warning: (field: string, message: string) => void;
}

/** @param file below the distribution directory */
export function findingsOf(all: Finding[], file: string): Findings {
  return {
    error: (field, message) => void all.push({ severity: 'error', file, field, message }),
    warning: (field, message) => void all.push({ severity: 'warning', file, field, message }),
  };
}

/** A finding in one line. */
export function describeFinding({ severity, file, field, message }: Finding): string {
  return `${severity}: ${file}${field === '' ? '' : ` ${field}`}: ${message}`;
}

/** Texts that occur again, with the places where they do. */
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
