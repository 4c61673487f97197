import { internal } from '../errors.ts';
import type { AuditEntry } from '../audit/new-entry.ts';
import type { Identity } from '../identity.ts';
import type { Logger } from '../logger.ts';
import { NO_HEADERS, jsonAnswer, type Answer, type Headers } from './answer.ts';
import type { CompiledOperation } from './compiled-operation.ts';
import type { AnswerConditions } from './conditional.ts';
import type { RequestLog } from './request-log.ts';

/** What a handler gets; `operation.ts` has its type for each operation. */
export class HandlerRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  readonly identity: Identity | null;
  readonly idempotencyId: string | null;
  readonly audit: AuditEntry | null;
  readonly traceId: string;
  readonly #log: Pick<RequestLog, 'child'>;

  constructor(given: Omit<HandlerRequest, 'log'>, log: Pick<RequestLog, 'child'>) {
    this.params = given.params;
    this.query = given.query;
    this.headers = given.headers;
    this.body = given.body;
    this.identity = given.identity;
    this.idempotencyId = given.idempotencyId;
    this.audit = given.audit;
    this.traceId = given.traceId;
    this.#log = log;
  }

  /** Made when it is needed: most requests have nothing to log before their end. */
  get log(): Logger {
    return this.#log.child();
  }
}

/** What a handler returns. */
interface Result {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Headers;
  readonly revision?: string | null | undefined;
}

const answerTo = (operation: CompiledOperation, result: Result, conditions: AnswerConditions): Answer => {
  const answer = jsonAnswer(result.status, result.body, result.headers ?? NO_HEADERS, operation.answerType);
  const mismatch = operation.checkAnswer(answer.status, answer.text);
  if (mismatch !== null) throw internal('the answer does not fit the contract', new Error(mismatch));
  return operation.tag ? operation.tag(answer, result.revision, conditions) : answer;
};

/**
 * Calls the handler of an operation and makes its answer: at once where the handler does not wait for anything.
 * @throws ServiceError as the handler, and `internal` for an answer that does not fit the contract
 */
export const carryOut = (
  operation: CompiledOperation,
  request: HandlerRequest,
  conditions: AnswerConditions,
): Answer | Promise<Answer> => {
  const result = operation.handle({} as never, request) as Result | Promise<Result>;
  return result instanceof Promise
    ? result.then((settled) => answerTo(operation, settled, conditions))
    : answerTo(operation, result, conditions);
};
