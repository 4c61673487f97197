import type { operations } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import type { AuditEntry } from '../domain/audit/new-entry.ts';
import type { Finding } from '../domain/build-rules/rule.ts';
import type { Identity } from '../domain/identity.ts';
import type { Correlation } from '../lib/ids.ts';
import type { Logger } from '../observability/logger.ts';
import type { EventStream, Headers, JsonStream, JsonText, TomlText } from '../lib/response/bodies.ts';

export { EventStream, JsonText, TomlText, CachedText, pageText, type PageBody } from '../lib/response/bodies.ts';

export type OperationId = keyof operations;

type JsonType = 'application/json' | `application/${string}+json`;
type ResponseBody<T> = T extends { content: { 'text/event-stream': unknown } }
  ? EventStream
  : T extends { content: infer Content }
    ? | Content[keyof Content & JsonType]
      | JsonText<Content[keyof Content & JsonType]>
      | JsonStream<Content[keyof Content & JsonType]>
      | (Content extends { 'application/toml': unknown } ? TomlText : never)
    : undefined;
type Responses<Id extends OperationId> = operations[Id]['responses'];

/** A declared success status of the operation with its body. Failures are thrown. */
export type OperationResponse<Id extends OperationId> = {
  [Status in keyof Responses<Id> & (200 | 201 | 202 | 204)]: {
    status: Status;
    body: ResponseBody<Responses<Id>[Status]>;
    /** An `ETag` among them replaces the computed one. */
    headers?: Headers;
    /**
     * The revision of the object: the first part of the entity tag, compared by `If-Match`. `null` for a response
     * without a tag.
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
    : operations[Id] extends { requestBody: { content: { 'application/toml': string } } }
      ? string
      : undefined;
type Given<T> = [Exclude<T, undefined>] extends [never] ? object : Exclude<T, undefined>;

/** A validated request: with schema defaults, without unknown members. */
export interface OperationRequest<Id extends OperationId> {
  readonly params: Given<Parameters<Id>['path']>;
  readonly query: Given<Parameters<Id>['query']>;
  /** Header parameters of the contract, by lower-case name. */
  readonly headers: { readonly [Name in keyof Given<Parameters<Id>['header']> as Lowercase<Name & string>]: string };
  readonly body: BodyOf<Id>;
  /** Media types that the client prefers: the header `Accept`. */
  readonly accept: string | undefined;
  /** Warnings about unknown members and query parameters, which the request is without. */
  readonly ignored: readonly Finding[];
  /** Whether the caller prefers to be refused for what the service would ignore. */
  readonly isStrict: boolean;
  /** Length of the body's text. */
  readonly bodyLength: number;
  readonly identity: Identity;
  /** Records the effects of a request with an idempotency key; `null` without a key. */
  readonly idempotencyId: string | null;
  /** Audit entry that the statement of the change inserts; `null` for operations that change nothing. */
  readonly audit: AuditEntry | null;
  readonly traceId: string;
  readonly correlation: Correlation | null;
  readonly log: Logger;
}

export type OperationHandler<Id extends OperationId> = (
  ctx: AppContext,
  request: OperationRequest<Id>,
) => Promise<OperationResponse<Id>> | OperationResponse<Id>;

/** Every operation has exactly one handler; anything else does not compile. */
export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> };
