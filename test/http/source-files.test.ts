import { expect } from 'chai';
import { describe, it } from 'mocha';
import { executedFiles } from '../support/executed-files.ts';
import { startService, type TestService } from '../support/service.ts';

/** As deployed: responses are not validated. */
const ENV = { LOG_LEVEL: 'info', RESPONSE_VALIDATION: 'off' };

/** Requests that are sent before files are counted: what happens once is over then. */
const WARM = 3;

/** Files that each of equal requests executes. */
const filesOf = async ({ as }: TestService, path: string): Promise<readonly string[]> => {
  const send = async (): Promise<void> => {
    expect((await as().get(path)).status).to.equal(200);
  };
  for (let sent = 0; sent < WARM; sent += 1) await send();
  return executedFiles(send);
};

describe('the source files that a request executes', () => {
  it('are at most 14 for GET /version', async () => {
    await using service = await startService({ env: ENV });
    const files = await filesOf(service, '/version');
    expect(files).to.include('handlers/getVersion.ts');
    expect(files, files.join(' ')).to.have.length.of.at.most(14);
  });

  it('are at most 30 for GET /composes/{composeId} of a finished compose', async () => {
    await using service = await startService({ env: ENV });
    const id = await service.given.compose();
    service.composer
      .get(`/composes/${id}`)
      .optionally()
      .reply(200, {
        ...{
          kind: 'ComposeStatus',
          id,
          href: `/composes/${id}`,
          status: 'success',
          image_status: { status: 'success' },
        },
      });
    const files = await filesOf(service, `/composes/${id}`);
    expect(files).to.include('handlers/getComposeStatus.ts');
    expect(files, files.join(' ')).to.have.length.of.at.most(30);
  });
});
