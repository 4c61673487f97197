// The package has no types, and @types/negotiator lacks `preferred`.
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { readonly headers: Readonly<Record<string, string>> });
    /** @param options `preferred`: the order of encodings that the client accepts equally */
    encoding(available: readonly string[], options: { readonly preferred: readonly string[] }): string | undefined;
    mediaType(available: readonly string[]): string | undefined;
  }
}
