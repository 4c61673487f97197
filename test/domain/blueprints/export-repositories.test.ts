import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ContentSourcesOperations } from '../../../src/upstream/operations.ts';
import { exportRepositories } from '../../../src/domain/blueprints/export-repositories.ts';
import { UpstreamUnavailableError } from '../../../src/upstream/errors.ts';
import { caller } from '../build-inputs/support.ts';

describe('repositories of an exported blueprint', () => {
  it('are not described while content sources is away, also when it went away between two questions', async () => {
    const away = new UpstreamUnavailableError('content-sources', 'breaker_open', 5);
    const client = {
      listRepositories: () =>
        Promise.resolve({ status: 200, text: '', json: () => ({ data: [], meta: { count: 0 } }) }),
      bulkExportRepositories: () => Promise.reject(away),
    } as unknown as ContentSourcesOperations;
    const customizations = { custom_repositories: [{ id: '00000020-0000-4000-8000-000000000001' }] };
    const failure = await exportRepositories(client, caller, customizations).catch((error: unknown) => error);
    expect(failure).to.equal(away);
  });
});
