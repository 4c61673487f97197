// The package has no types of its own; those published beside it do not know `preferred`.
declare module 'negotiator' {
  /** Chooses what a client accepts best, by the headers of its request. */
  export default class Negotiator {
    constructor(request: { readonly headers: Readonly<Record<string, string>> });
    /** @param options `preferred`: which of several comes first that the client likes the same */
    encoding(available: readonly string[], options: { readonly preferred: readonly string[] }): string | undefined;
  }
}
