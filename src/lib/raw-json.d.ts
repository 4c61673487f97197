// JSON source text access (ES2026), which the runtime has and the compiler's library does not describe yet.
interface JSON {
  /** JSON text that `JSON.stringify` writes as it is. */
  rawJSON(text: string): object;
  /** Whether a value is such a text. */
  isRawJSON(value: unknown): boolean;
}
