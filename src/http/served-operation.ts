import type { Operation } from 'openapi-backend';
import type { AppContext } from '../context.ts';
import { responseTypeOf, createResponseCheck, type ResponseCheck } from '../contract/response-check.ts';
import { objectTypeOf } from './audit.ts';
import { createTagger, type Tagger } from './conditional.ts';
import type { OperationId } from './operation.ts';
import { OPERATION_TRAITS, type OperationTraits } from './operation-traits.ts';

/** An operation with everything that is known of it at start. */
export interface ServedOperation extends OperationTraits {
  readonly id: OperationId;
  readonly method: string;
  readonly isCompose: boolean;
  /** Parameters are `-`, without the prefix. */
  readonly counterPath: string;
  /** Parameters are `:name`, without the prefix. */
  readonly histogramPath: string;
  readonly checkResponse: ResponseCheck | null;
  readonly responseType: string;
  readonly tag: Tagger | null;
  readonly successStatus: number;
  readonly objectType: string;
}

const PARAMETER = /\{([^{}]+)\}/g;

export function counterPathOf(path: string): string {
  return path.replaceAll(PARAMETER, '-');
}

const successStatusOf = (responses: object): number =>
  Number(Object.keys(responses).find((status) => status.startsWith('2')));

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
    checkResponse: createResponseCheck(ctx, id, source),
    responseType: responseTypeOf(source),
    tag: traits.conditional === null ? null : createTagger(traits.conditional),
    successStatus: successStatusOf(source.responses),
    objectType: objectTypeOf(path),
  };
}
