import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../audit/log.ts';
import type { Identity } from '../identity.ts';
import { isUuid } from '../uuid.ts';
import { failureAnswer, type Answer } from './answer.ts';
import type { CompiledOperation } from './compiled-operation.ts';

/** What is known beforehand of a request that is to be put on record. */
export interface RequestOnRecord {
  readonly operation: CompiledOperation;
  readonly identity: Identity;
  readonly params: Readonly<Record<string, unknown>>;
  readonly traceId: string;
}

/**
 * What the requests of an operation are about, by its path: `/blueprints/{id}/compose` is about a blueprint, `/compose` about a
 * compose.
 */
export const objectTypeOf = (path: string): string => {
  const segments = path.split('/');
  const parameter = segments.findIndex((segment) => segment.startsWith('{'));
  return (segments.at(parameter < 0 ? -1 : parameter - 1) ?? '').replace(/s$/, '');
};

const CREATED = 201;

/** Ids of what a request made, by its answer: one object with an id, or a list of them. */
const createdIds = ({ status, text }: Answer): string[] => {
  if (status !== CREATED) return [];
  const body = JSON.parse(text) as { id?: unknown } | readonly { id?: unknown }[];
  return [body].flat().flatMap(({ id }) => (typeof id === 'string' && isUuid(id) ? [id] : []));
};

/** Does the work of a request, and may take note of it. */
export type CarriedOut = (work: () => Answer | Promise<Answer>) => Answer | Promise<Answer>;

/**
 * Carries out a request, and puts on record that it was, with what came of it. What is not carried out, because it was before, is
 * not put on record again.
 * @param run gets what it has to call to carry the request out
 */
export const onRecord = async (
  audit: AuditLog,
  { operation, identity, params, traceId }: RequestOnRecord,
  run: (carriedOut: CarriedOut) => Answer | Promise<Answer>,
): Promise<Answer> => {
  let entered: Promise<void> | undefined;
  const enter = (answer: Answer): void => {
    entered = audit.enter({
      ...{ id: randomUUID(), orgId: identity.orgId, time: Date.now(), operation: operation.id },
      objectType: operation.objectType,
      objectId:
        Object.values(params).find((value): value is string => typeof value === 'string' && isUuid(value)) ?? null,
      createdIds: createdIds(answer),
      ...{ username: identity.actor, userType: identity.type, status: answer.status, requestId: traceId },
    });
  };
  try {
    return await run(async (work) => {
      let answer: Answer;
      try {
        answer = await work();
      } catch (error) {
        enter(failureAnswer(error));
        throw error;
      }
      enter(answer);
      return answer;
    });
  } finally {
    // Written meanwhile: keeping the answer for repetitions takes as long.
    await entered;
  }
};
