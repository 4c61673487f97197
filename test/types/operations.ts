// Proofs for the compiler, which `npm run check` runs over the tests, too: what must not compile does not. Nothing here runs.
// An expected error that stops being one is itself an error.
import { handlers } from '../../src/handlers/index.ts';
import { getVersion } from '../../src/handlers/getVersion.ts';
import type { EventStream } from '../../src/http/operation.ts';
import { JsonText, type OperationHandler, type OperationHandlers } from '../../src/http/operation.ts';

const id = '00000000-0000-0000-0000-000000000000';
const version = { version: '1.0', build_commit: '', build_time: '' };

/** The whole map is one. */
export const complete: OperationHandlers = { ...handlers };

const { getVersion: _left, ...others } = handlers;
// @ts-expect-error an operation without a handler
export const incomplete: OperationHandlers = others;

export const unknown: OperationHandlers = {
  ...handlers,
  // @ts-expect-error a handler without an operation
  getNothing: getVersion,
};

export const swapped: OperationHandlers = {
  ...handlers,
  // @ts-expect-error the handler of another operation
  composeImage: handlers.getComposes,
};

// @ts-expect-error a name that no operation has
export type Misspelt = OperationHandler<'getVersions'>;

export const declared: OperationHandler<'getVersion'> = () => ({ status: 200, body: version });

// @ts-expect-error a status that is not declared for the operation
export const wrongStatus: OperationHandler<'getVersion'> = () => ({ status: 201, body: version });

// @ts-expect-error a failure is thrown, not returned
export const failure: OperationHandler<'getComposeStatus'> = () => ({ status: 404, body: { errors: [] } });

// @ts-expect-error a body without a required member
export const missingMember: OperationHandler<'getVersion'> = () => ({ status: 200, body: { build_time: '' } });

// @ts-expect-error a member of another type
export const wrongMember: OperationHandler<'composeImage'> = () => ({ status: 201, body: { id: 1 } });

// @ts-expect-error a value outside an enumeration
export const wrongEnum: OperationHandler<'getReadiness'> = () => ({ status: 200, body: { readiness: null } });

// @ts-expect-error a body where none is declared
export const unwantedBody: OperationHandler<'deleteCompose'> = () => ({ status: 200, body: { id } });

// @ts-expect-error no body where one is declared
export const noBody: OperationHandler<'composeImage'> = () => ({ status: 201, body: undefined });

// @ts-expect-error text promised to be of another shape
export const wrongText: OperationHandler<'composeImage'> = () => ({ status: 201, body: new JsonText<string>('') });

declare const stream: EventStream;

export const streamed: OperationHandler<'getEvents'> = () => ({ status: 200, body: stream });

// @ts-expect-error an answer that goes on where the contract has a whole one
export const wrongStream: OperationHandler<'getVersion'> = () => ({ status: 200, body: stream });

// @ts-expect-error a whole answer where the contract has one that goes on
export const wrongWhole: OperationHandler<'getEvents'> = () => ({ status: 200, body: 'data: x' });

// @ts-expect-error a path parameter the operation does not have
export const unknownParameter: OperationHandler<'getVersion'> = (_ctx, { params }) => params.composeId;

export const unknownQuery: OperationHandler<'getComposes'> = (_ctx, { query }) => {
  // @ts-expect-error a query parameter the operation does not have
  throw new Error(query.search);
};

export const unknownMember: OperationHandler<'composeImage'> = (_ctx, { body }) => {
  // @ts-expect-error a member the request body does not have
  throw new Error(body.colour);
};
