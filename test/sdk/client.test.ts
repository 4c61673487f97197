// The client against the real application: what is typed is what comes.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  createImageBuilder,
  dataOf,
  exportToml,
  ImageBuilderError,
  importToml,
  isRefusal,
  type ImageBuilder,
} from '../../packages/client/src/index.ts';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';

const clientOf = ({ port }: TestService, headers: Record<string, string> = {}): ImageBuilder =>
  createImageBuilder({ baseUrl: `http://127.0.0.1:${port}${API_PATH}`, headers });

const entitled = (service: TestService): ImageBuilder => clientOf(service, { 'x-rh-identity': identityHeader() });

const refusal = async (call: () => unknown): Promise<ImageBuilderError> => {
  try {
    call();
  } catch (error) {
    expect(error).to.be.instanceOf(ImageBuilderError);
    return error as ImageBuilderError;
  }
  return expect.fail('nothing was thrown');
};

describe('the client', () => {
  it('requests a compose, and returns its id', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    const body = { ...composeRequest, image_requests: [...composeRequest.image_requests] };
    expect(dataOf(await entitled(service).POST('/compose', { body }))).to.deep.equal({ id });
  });

  it('sends parameters of paths and queries, lists as repeated ones', async () => {
    await using service = await startService();
    const id = await service.given.compose();
    const query = { limit: 1, ignoreImageTypes: ['aws' as const, 'gcp' as const] };
    const { data, meta } = dataOf(await entitled(service).GET('/composes', { params: { query } }));
    expect([data[0]?.id, meta.count]).to.deep.equal([id, 1]);
  });

  it('throws the error of an unknown id', async () => {
    await using service = await startService();
    const params = { path: { id: '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10' } };
    const answer = await entitled(service).GET('/blueprints/{id}', { params });
    const error = await refusal(() => dataOf(answer));
    expect(error.status).to.equal(404);
    expect(error.message).to.equal('404: blueprint not found');
    expect(error.errors).to.deep.equal([
      {
        ...{ title: '404', detail: 'blueprint not found', code: 'resource.not_found' },
        ...{ pointer: 'path.id', value: params.path.id, takes: 'an id of GET /blueprints' },
        doc_url: '/docs/errors#resource.not_found',
      },
    ]);
    expect(error.code).to.equal('resource.not_found');
    expect(isRefusal(error, 'quota.exceeded', 'resource.not_found')).to.equal(true);
    expect(isRefusal(error, 'quota.exceeded')).to.equal(false);
    expect([isRefusal(error), isRefusal(new Error('x'))]).to.deep.equal([true, false]);
    expect(error.traceId).to.equal(answer.response.headers.get('x-strc-trace-id')).and.not.equal(null);
  });

  it('throws every violated rule of a blueprint', async () => {
    await using service = await startService();
    const body = {
      ...{ name: 'web', distribution: 'centos-9' as const, image_requests: [...composeRequest.image_requests] },
      customizations: { users: [{ name: '' }], files: [{ path: '/usr/bin/tool' }] },
    };
    const answer = await entitled(service).POST('/blueprints', { body });
    const error = await refusal(() => dataOf(answer));
    expect(error.status).to.equal(422);
    expect(error.errors.map(({ title }) => title)).to.deep.equal(['user rule violation', 'file rule violation']);
    expect(error.message).to.match(/^422: missing user name; file/);
  });

  it('converts blueprints of composer-cli, and back', async () => {
    await using service = await startService();
    const api = entitled(service);
    const { id } = await service.given.blueprint({ name: 'web' });
    const { blueprint, without_equivalent: lost } = await importToml(api, await exportToml(api, id));
    expect(blueprint).to.deep.include({ name: 'web', distribution: 'centos-9' });
    expect(lost.map(({ pointer }) => pointer)).to.deep.equal(['/version']);
    const failure = await importToml(api, 'name = web').catch((error: unknown) => error);
    expect(isRefusal(failure, 'request.malformed')).to.equal(true);
    expect((failure as Error).message).to.match(/line 1, column 8/);
  });

  it('throws the text of a refused identity', async () => {
    await using service = await startService();
    const answer = await clientOf(service).GET('/distributions');
    const error = await refusal(() => dataOf(answer));
    expect(error.message).to.equal('401: Unauthorized: missing identity header');
    expect(error.errors).to.deep.equal([]);
  });
});
