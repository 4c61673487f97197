// The part of Turndown that the documentation uses: its own types need those of browsers.
declare module 'turndown' {
  interface ElementNode {
    readonly nodeName: string;
    readonly textContent: string | null;
    readonly getAttribute: (name: string) => string | null;
  }
  export default class TurndownService {
    constructor(options: Readonly<Record<string, string>>);
    use(plugin: (service: TurndownService) => void): void;
    addRule(
      name: string,
      rule: {
        readonly filter: string | readonly string[] | ((node: ElementNode) => boolean);
        readonly replacement: (content: string, node: ElementNode) => string;
      },
    ): void;
    turndown(html: string): string;
  }
}
declare module 'turndown-plugin-gfm' {
  import type TurndownService from 'turndown';
  export const gfm: (service: TurndownService) => void;
}
