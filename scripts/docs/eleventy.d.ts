// The part of Eleventy that the documentation uses; it comes without types.
declare module '@11ty/eleventy' {
  export interface UserConfig {
    setLibrary: (extension: string, library: { readonly render: (text: string) => string }) => void;
    addGlobalData: (name: string, value: unknown) => void;
    addFilter: (name: string, filter: (value: string) => unknown) => void;
    addTemplate: (path: string, content: string, data: Readonly<Record<string, unknown>>) => void;
    addTransform: (
      name: string,
      transform: (this: { readonly page: { readonly url: string } }, html: string) => string,
    ) => void;
    addPassthroughCopy: (files: Readonly<Record<string, string>>) => void;
    addWatchTarget: (path: string) => void;
    setUseGitIgnore: (use: boolean) => void;
    setQuietMode: (quiet: boolean) => void;
    benchmarkManager: { readonly get: (group: string) => { readonly setIsVerbose: (verbose: boolean) => void } };
  }
  export default class Eleventy {
    constructor(
      input: string,
      output: string,
      options: {
        readonly configPath: undefined;
        readonly quietMode: boolean;
        readonly config: (config: UserConfig) => object;
      },
    );
    init(): Promise<void>;
    disableLogger(): void;
    write(): Promise<void>;
    watch(): Promise<void>;
    serve(port: number): Promise<void>;
  }
}
