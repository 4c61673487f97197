import { expect } from 'chai';
import { describe, it } from 'mocha';
import nock from 'nock';
import { baseImagesOf, currentDigest, withCurrentDigests } from '../../scripts/support/base-images.ts';

const OLD = `sha256:${'0'.repeat(64)}`;
const NEW = `sha256:${'1'.repeat(64)}`;
const DOCKERFILE = `# a comment with docker.io/library/node:26-slim
FROM docker.io/library/node:26-slim@${OLD} AS modules
RUN npm ci
FROM docker.io/library/node:26-slim@${OLD}
`;

/** Docker's registry, which gives anonymous tokens. */
const registry = (status = 200): void => {
  const challenge =
    'Bearer realm="https://auth.test/token",service="registry.test",scope="repository:library/node:pull"';
  const path = '/v2/library/node/manifests/26-slim';
  nock('https://registry-1.docker.io').head(path).reply(401, '', { 'www-authenticate': challenge });
  nock('https://auth.test')
    .get('/token')
    .query({ service: 'registry.test', scope: 'repository:library/node:pull' })
    .reply(200, { token: 'a-token' });
  nock('https://registry-1.docker.io')
    .head(path)
    .matchHeader('authorization', 'Bearer a-token')
    .matchHeader('accept', /image\.index/)
    .reply(status, '', { 'docker-content-digest': NEW });
};

describe('the base images of a Dockerfile', () => {
  it('are those of its stages', () => {
    const image = { host: 'docker.io', repository: 'library/node', tag: '26-slim', digest: OLD };
    expect(baseImagesOf(DOCKERFILE).map((found) => ({ ...found }))).to.deep.equal([image, image]);
  });

  it('get the digest that their tag has now, by one request for all stages', async () => {
    registry();
    expect(await withCurrentDigests(DOCKERFILE)).to.equal(DOCKERFILE.replaceAll(OLD, NEW));
  });

  it('stay as they are when the registry does not respond with a digest', async () => {
    registry(404);
    const failure = await currentDigest({ host: 'docker.io', repository: 'library/node', tag: '26-slim' }).catch(
      (error: unknown) => (error as Error).message,
    );
    expect(failure).to.match(/manifests\/26-slim: status 404$/);
  });
});
