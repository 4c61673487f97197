declare module 'spdx-satisfies' {
  /** Whether a licence expression is met by what is approved. @throws Error for what is no expression */
  const satisfies: (expression: string, approved: readonly string[]) => boolean;
  export default satisfies;
}
