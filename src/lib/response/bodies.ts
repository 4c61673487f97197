// What the body of a response may be besides a plain value: JSON text that is ready, or a stream.
import type { Readable } from 'node:stream';
import { encodeText, isWorthCompressing, type EncodedText, type Encoding } from './content-encoding.ts';
import { entityTag } from './etag.ts';

/** Header fields of a response, by name. */
export type Headers = Readonly<Record<string, string>>;

/** JSON text that is written as it is: an answer made once at start, or by PostgreSQL. Its shape is the author's promise. */
export class JsonText<Body> {
  declare readonly shape: Body;
  readonly text: string;
  /** The line that is sent. */
  readonly line: string;
  readonly #revision: string | undefined;
  #tag: string | null = null;
  constructor(text: string, revision?: string) {
    this.text = text;
    this.line = `${text}\n`;
    this.#revision = revision;
  }

  /** Entity tag of the line, worked out once. */
  get tag(): string {
    this.#tag ??= entityTag(this.line, this.#revision);
    return this.#tag;
  }
}

/** JSON text that is sent many times. What is needed to send it is worked out once, when it is first needed. */
export class KeptText<Body> extends JsonText<Body> {
  /** Whether clients that accept an encoding get the text in it. */
  readonly compressed: boolean;
  readonly #encoded = new Map<Encoding, EncodedText>();

  /**
   * @param options `compressed` for texts that stay: compressing takes longer than sending; `revision`, the first part of the
   *   entity tag
   */
  constructor(
    text: string,
    { compressed, revision }: { readonly compressed: boolean; readonly revision?: string | undefined },
  ) {
    super(text, revision);
    this.compressed = compressed && isWorthCompressing(text);
  }

  /** The line in an encoding, with the entity tag that it has in it. */
  in(encoding: Encoding): EncodedText {
    let encoded = this.#encoded.get(encoding);
    if (!encoded) this.#encoded.set(encoding, (encoded = encodeText(this.line, this.tag, encoding)));
    return encoded;
  }
}

/**
 * A response that is a stream: text that is sent as it comes, until its source ends or the client disconnects, which destroys the
 * source. Only for operations that the contract says `text/event-stream` of.
 */
export class EventStream {
  /** Opens the source. Called once, while the client is connected. */
  readonly open: () => Readable;
  constructor(open: () => Readable) {
    this.open = open;
  }
}

/** A page of a list. */
export interface PageBody<Item> {
  readonly meta: { readonly count: number };
  readonly links: { readonly first: string; readonly last: string };
  readonly data: Item[];
}

/**
 * The JSON text of a page of which every item is JSON text already.
 * @param count length of the whole list
 * @param more members of `meta` besides
 */
export function pageText(
  count: number,
  links: { readonly first: string; readonly last: string },
  items: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): string {
  const head = JSON.stringify({ meta: { count, ...more }, links }).slice(0, -1);
  return `${head},"data":[${items.join(',')}]}`;
}
