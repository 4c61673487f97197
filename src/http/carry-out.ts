import { internal } from '../errors.ts';
import type { Identity } from '../identity.ts';
import type { Logger } from '../logger.ts';
import { NO_HEADERS, jsonAnswer, type Answer, type Headers } from './answer.ts';
import type { CompiledOperation } from './compiled-operation.ts';

/** What a handler gets; `operation.ts` has its type for each operation. */
export interface HandlerRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  readonly identity: Identity | null;
  readonly idempotencyId: string | null;
  readonly traceId: string;
  readonly log: Logger;
}

/** What a handler returns. */
interface Result {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Headers;
  readonly revision?: string | null | undefined;
}

/**
 * Calls the handler of an operation and makes its answer.
 * @throws ServiceError as the handler, and `internal` for an answer that does not fit the contract
 */
export const carryOut = async (
  operation: CompiledOperation,
  request: HandlerRequest,
  ifNoneMatch: string | undefined,
): Promise<Answer> => {
  const result = (await operation.handle({} as never, request)) as Result;
  const answer = jsonAnswer(result.status, result.body, result.headers ?? NO_HEADERS);
  const mismatch = operation.checkAnswer(answer.status, answer.text);
  if (mismatch !== null) throw internal('the answer does not fit the contract', new Error(mismatch));
  return operation.tag ? operation.tag(answer, result.revision, ifNoneMatch) : answer;
};
