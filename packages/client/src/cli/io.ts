/** What the program uses of its process; tests replace it. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard input as text. */
  readonly readInput: () => Promise<string>;
  /** The terminal of standard error, for progress; `null` without one. */
  readonly terminal: NodeJS.WritableStream | null;
  /** Aborted when the user interrupts the program. */
  readonly signal: AbortSignal;
}
