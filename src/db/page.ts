/** A page of a list by position. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}
