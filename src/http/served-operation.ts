import type { Operation } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { responseTypeOf, createResponseCheck, type ResponseCheck } from '../contract/response-check.ts';
import { objectTypeOf } from './audit.ts';
import { createTagger, type Tagger } from './conditional.ts';
import type { OperationId } from './operation.ts';
import { OPERATION_TRAITS, type OperationTraits } from './operation-traits.ts';

/** What is known of an operation before a request: its traits, and what follows from its contract. */
export interface ServedOperation extends OperationTraits {
  readonly id: OperationId;
  /** In upper case. */
  readonly method: string;
  readonly isCompose: boolean;
  /** Path of the counter's label, without the prefix: parameters as `-`. */
  readonly counterPath: string;
  /** Path of the histogram's label, without the prefix: parameters as `:name`. */
  readonly histogramPath: string;
  readonly createResponseCheck: ResponseCheck | null;
  /** Media type of its successful responses: JSON, or something that is written as JSON. */
  readonly responseType: string;
  readonly tag: Tagger | null;
  /** Its first declared status of success. */
  readonly successStatus: number;
  /** The type of the object that its requests are about. */
  readonly objectType: string;
}

const PARAMETER = /\{([^{}]+)\}/g;

/** The path of a counter's label for a path of the contract. */
export function counterPathOf(path: string): string {
  return path.replaceAll(PARAMETER, '-');
}

/** Statuses are keys of a number's form, which an object has in rising order. */
const successStatusOf = (responses: object): number =>
  Number(Object.keys(responses).find((status) => status.startsWith('2')));

/** Describes an operation of the contract. */
export function describeOperation(ctx: AppContext, id: OperationId, { path, method }: Operation): ServedOperation {
  const source = ctx.document.paths[path]?.[method];
  if (!source) throw new Error(`${id} is not in the contract`);
  const traits = OPERATION_TRAITS[id];
  return {
    ...traits,
    ...{ id, method: method.toUpperCase() },
    isCompose: path.endsWith('/compose'),
    counterPath: counterPathOf(path),
    histogramPath: path.replaceAll(PARAMETER, ':$1'),
    createResponseCheck: createResponseCheck(ctx, id, source),
    responseType: responseTypeOf(source),
    tag: traits.conditional === null ? null : createTagger(traits.conditional),
    successStatus: successStatusOf(source.responses),
    objectType: objectTypeOf(path),
  };
}
