import type { Readable } from 'node:stream';
import type { operations } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import type { AuditEntry } from '../audit/new-entry.ts';
import type { Identity } from '../identity.ts';
import type { Logger } from '../logger.ts';
import { encodeText, isWorthCompressing, type EncodedText, type Encoding } from './content-encoding.ts';
import { entityTag } from './etag.ts';

export type OperationId = keyof operations;

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
 * An answer that goes on: text that is sent as it comes, until its source has no more or the client leaves, which destroys the
 * source. Only for operations that the contract says `text/event-stream` of.
 */
export class EventStream {
  /** Opens the source. Called once, when there is somebody to send it to. */
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
export const pageText = (
  count: number,
  links: { readonly first: string; readonly last: string },
  items: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): string => {
  const head = JSON.stringify({ meta: { count, ...more }, links }).slice(0, -1);
  return `${head},"data":[${items.join(',')}]}`;
};

/** Media types of what is written as JSON. The contract says which of them an answer has. */
type JsonType = 'application/json' | `application/${string}+json`;
type BodyOfAnswer<T> = T extends { content: { 'text/event-stream': unknown } }
  ? EventStream
  : T extends { content: infer Content }
    ? Content[keyof Content & JsonType] | JsonText<Content[keyof Content & JsonType]>
    : undefined;
type Responses<Id extends OperationId> = operations[Id]['responses'];

/** A declared success status of the operation with the body that belongs to it. Failures are thrown. */
export type OperationResponse<Id extends OperationId> = {
  [Status in keyof Responses<Id> & (200 | 201 | 202 | 204)]: {
    status: Status;
    body: BodyOfAnswer<Responses<Id>[Status]>;
    /** Headers of the answer that depend on the operation. An `ETag` among them is used as it is. */
    headers?: Readonly<Record<string, string>>;
    /**
     * For operations with an entity tag: the revision of what is shown, which becomes the first part of the tag and is what
     * `If-Match` compares. `null` where the answer changes by itself and gets no tag.
     */
    revision?: string | null | undefined;
  };
}[keyof Responses<Id> & (200 | 201 | 202 | 204)];

type Parameters<Id extends OperationId> = operations[Id]['parameters'];
type BodyOf<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : operations[Id] extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? Body | undefined
    : undefined;
type Given<T> = [Exclude<T, undefined>] extends [never] ? Record<never, never> : Exclude<T, undefined>;

/** A validated request: schema defaults written, members the contract does not know dropped. */
export interface OperationRequest<Id extends OperationId> {
  readonly params: Given<Parameters<Id>['path']>;
  readonly query: Given<Parameters<Id>['query']>;
  /** Header parameters of the contract, by lower-case name. */
  readonly headers: { readonly [Name in keyof Given<Parameters<Id>['header']> as Lowercase<Name & string>]: string };
  readonly body: BodyOf<Id>;
  readonly identity: Identity;
  /** Under which the effects of a request with an idempotency key are recorded; `null` without a key. */
  readonly idempotencyId: string | null;
  /**
   * The request's entry of the audit log, for operations that change something: the statement that makes the change writes it.
   * `null` for operations that change nothing.
   */
  readonly audit: AuditEntry | null;
  /** Trace identifier of the request, to be passed on to other services. */
  readonly traceId: string;
  readonly log: Logger;
}

export type OperationHandler<Id extends OperationId> = (
  ctx: AppContext,
  request: OperationRequest<Id>,
) => Promise<OperationResponse<Id>> | OperationResponse<Id>;

/** Every operation of the contract has exactly one handler; anything else does not compile. */
export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> };
