import type { operations } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import type { AuditEntry } from '../domain/audit/new-entry.ts';
import type { Identity } from '../domain/identity.ts';
import type { Logger } from '../observability/logger.ts';
import type { EventStream, Headers, JsonText } from '../lib/response/bodies.ts';

export { EventStream, JsonText, CachedText, pageText, type PageBody } from '../lib/response/bodies.ts';

export type OperationId = keyof operations;

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
    headers?: Headers;
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
