// JSON source text access (ES2026), which the runtime has and the compiler's library does not describe yet.
interface JSON {
  /** JSON text that `JSON.stringify` writes unchanged. */
  rawJSON(text: string): object;
  /** Whether a value is raw JSON. */
  isRawJSON(value: unknown): boolean;
}
