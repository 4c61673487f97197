import { randomUUID } from 'node:crypto';
import type { ContractOperation } from '../security/contract.ts';
import { recipeOf, type Objects } from '../security/recipes.ts';
import type { TestService } from '../support/service.ts';

/** Lets other services answer an operation's requests as often as they come, whatever their queries, and asks for none. */
export const answerAlways = (service: TestService, operation: ContractOperation, objects: Objects): void => {
  const { composer, compliance, recommendations } = service;
  for (const scope of [composer, compliance, recommendations]) scope.persist();
  if (operation.id === 'getCloneStatus') {
    const ended = { status: 'success', type: 'aws', options: { ami: 'ami-1', region: 'eu-central-1' } };
    composer.get(`/clones/${objects.clone}`).optionally().reply(200, ended);
    return;
  }
  if (['composeImage', 'composeBlueprint', 'rebuildCompose'].includes(operation.id)) {
    const accept = async () => ({ href: '/compose', id: randomUUID(), kind: 'ComposeId' });
    composer.post('/compose').optionally().reply(201, accept);
    return;
  }
  recipeOf(operation).upstreams?.(service, objects);
  if (operation.id === 'getDistribution') {
    composer.get('/distributions/centos-9').query(true).optionally().reply(404, 'no such thing');
  }
};
