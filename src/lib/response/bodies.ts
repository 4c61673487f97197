// Bodies of responses other than plain values: finished JSON text, and event streams.
import { Readable } from 'node:stream';
import { encodeText, isWorthCompressing, type EncodedText, type Encoding } from './content-encoding.ts';
import { entityTag } from './etag.ts';

/** Header fields of a response, by name. */
export type Headers = Readonly<Record<string, string>>;

/** JSON text that is sent unchanged, made at start or by PostgreSQL. Nothing checks that it has the shape `Body`. */
export class JsonText<Body> {
  declare readonly shape: Body;
  readonly text: string;
  /** The body as sent: the text and a newline. */
  readonly line: string;
  readonly #revision: string | undefined;
  #tag: string | null = null;
  constructor(text: string, revision?: string) {
    this.text = text;
    this.line = `${text}\n`;
    this.#revision = revision;
  }

  /** Entity tag of the line, computed once. */
  get tag(): string {
    this.#tag ??= entityTag(this.line, this.#revision);
    return this.#tag;
  }
}

/** JSON text that is sent many times. Its encodings are computed once, at their first use. */
export class CachedText<Body> extends JsonText<Body> {
  /** Whether the text is sent compressed to clients that accept that. */
  readonly compressed: boolean;
  readonly #encoded = new Map<Encoding, EncodedText>();

  /**
   * @param options `compressed` for texts that live long: compressing takes longer than sending; `revision`, the first part of the
   *   entity tag
   */
  constructor(
    text: string,
    { compressed, revision }: { readonly compressed: boolean; readonly revision?: string | undefined },
  ) {
    super(text, revision);
    this.compressed = compressed && isWorthCompressing(text);
  }

  /** The line in an encoding, with the entity tag of that encoding. */
  in(encoding: Encoding): EncodedText {
    let encoded = this.#encoded.get(encoding);
    if (!encoded) this.#encoded.set(encoding, (encoded = encodeText(this.line, this.tag, encoding)));
    return encoded;
  }
}

/** A TOML document as a response. Only for operations with the media type `application/toml` in the contract. */
export class TomlText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A stream as a response, which ends with its source; a client that disconnects destroys the source. Only for operations with the
 * media type `text/event-stream` in the contract.
 */
export class EventStream {
  /** Opens the source. Called once, while the client is connected. */
  readonly open: () => Readable;
  constructor(open: () => Readable) {
    this.open = open;
  }
}

/**
 * JSON text that is too large for memory. It is read while the client reads it; a failure ends the connection.
 * Nothing checks that it has the shape `Body`.
 */
export class JsonStream<Body> {
  declare readonly shape: Body;
  /** Opens the source. Called once, while the client is connected. */
  readonly open: () => Readable;
  /** @param rest what follows the text `head`; not called unless the client reads it */
  constructor(head: string, rest: () => AsyncIterable<string>, tail: string) {
    this.open = () =>
      Readable.from(
        (async function* () {
          yield head;
          yield* rest();
          yield `${tail}\n`;
        })(),
        // A text counts as one: the next is made when the client has read the one before.
        { objectMode: true, highWaterMark: 1 },
      );
  }
}

/** A page of a list. */
export interface PageBody<Item> {
  readonly meta: { readonly count: number };
  readonly links: { readonly first: string; readonly last: string };
  readonly data: Item[];
}

/** How the JSON text of a page ends, after its items. */
export const END_OF_PAGE = ']}';

/**
 * Makes the JSON text of a page from the JSON texts of its items.
 * @param count length of the whole list
 * @param more further members of `meta`
 */
export function pageText(
  count: number,
  links: { readonly first: string; readonly last: string },
  items: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): string {
  const head = JSON.stringify({ meta: { count, ...more }, links }).slice(0, -1);
  return `${head},"data":[${items.join(',')}${END_OF_PAGE}`;
}
