import type { Logger } from '../observability/logger.ts';

/** An operation of a service's contract. */
export interface UpstreamOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
}

interface Shape {
  parameters: { path?: unknown; query?: unknown };
  requestBody?: unknown;
  responses: object;
}
type Given<Key extends string, T> = [Exclude<T, undefined>] extends [never] ? unknown : Readonly<Record<Key, T>>;
type BodyOf<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** Path and query parameters and the body of a call, as in the contract. */
export type UpstreamRequest<Op> = Op extends Shape
  ? Given<'path', Op['parameters']['path']> &
      ([Exclude<Op['parameters']['query'], undefined>] extends [never]
        ? unknown
        : { readonly query?: Op['parameters']['query'] }) &
      (Op extends { requestBody: infer Body }
        ? [BodyOf<Body>] extends [undefined]
          ? unknown
          : { readonly body: BodyOf<Body> }
        : unknown)
  : never;

/** A response of any status. */
export interface UpstreamResponse<Op> {
  readonly status: number;
  /** The body. */
  readonly text: string;
  /**
   * The body, if the response has that status and is JSON; else `undefined`. A violation of the contract is only logged:
   * the caller has to check the members that it reads.
   */
  readonly json: <Status extends (Op extends { responses: object } ? keyof Op['responses'] : never)>(
    status: Status,
  ) => (Op extends { responses: object } ? BodyOf<Op['responses'][Status]> : never) | undefined;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly log?: Logger;
  /** Bypasses the queue. For calls of which few run at a time, like readiness checks. */
  readonly urgent?: boolean;
  /** The organization whose share of the concurrent calls it uses; `null` for the service's own calls. */
  readonly orgId?: string | null;
}

export type UpstreamCall = <Op>(
  operation: UpstreamOperation,
  request: UpstreamRequest<Op>,
  options?: CallOptions,
) => Promise<UpstreamResponse<Op>>;
