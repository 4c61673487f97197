import type { Client, Reply, RequestOptions } from '../support/client.ts';
import { contractOperations, type ContractOperation } from './contract.ts';
import { namesObject, type Objects, type WalkedRequest } from './recipes.ts';

/** Operations whose requests name an object of the caller's organization, and all others. */
export const objectOperations = contractOperations.filter(namesObject);
export const otherOperations = contractOperations.filter((operation) => !namesObject(operation));

export const operationOf = (id: ContractOperation['id']): ContractOperation => {
  const found = contractOperations.find((operation) => operation.id === id);
  if (!found) throw new Error(`the contract has no operation ${id}`);
  return found;
};

export const ask = (
  client: Client,
  { method, target, body }: WalkedRequest,
  options?: RequestOptions,
): Promise<Reply> => client.send(method, target, body, options);

/** Headers that differ between two answers that say the same. */
const PER_REQUEST = ['date', 'x-strc-trace-id', 'ratelimit', 'ratelimit-remaining', 'ratelimit-reset'];

/** An answer without what is bound to differ, and without the ids that the request named. */
export const comparable = ({ status, headers, text }: Reply, named: Objects): object => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !PER_REQUEST.includes(name))),
  text: [named.blueprint, named.compose, named.clone].reduce(
    (rest, id) => (id === '' ? rest : rest.replaceAll(new RegExp(id, 'gi'), '<the id>')),
    text,
  ),
});
