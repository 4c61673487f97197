/** A page that is made of something else than a text of its own. */
export interface Page {
  /** Address within the site, with the ending: `reference/composeImage.html`. */
  readonly url: string;
  readonly title: string;
  /** One line, for search engines and lists. */
  readonly description: string;
  readonly html: string;
}
