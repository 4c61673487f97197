import { randomUUID } from 'node:crypto';
import nock from 'nock';
import type { components } from '../../generated/upstream/composer.ts';

type ComposerRequest = components['schemas']['ComposeRequest'];

const TOKEN = 'test-token';

/** Where the services are that the service under test calls. No name of these resolves. */
export const UPSTREAM_ENV = {
  COMPOSER_URL: 'http://composer.test',
  COMPOSER_TOKEN_URL: 'http://sso.test/token',
  COMPOSER_CLIENT_ID: 'composer-id',
  COMPOSER_CLIENT_SECRET: 'composer-secret',
  CONTENT_SOURCES_URL: 'http://content-sources.test/api/content-sources/v1',
  CONTENT_SOURCES_REPO_URL: 'http://content.test',
  PROVISIONING_URL: 'http://provisioning.test/api/provisioning/v1',
  COMPLIANCE_URL: 'http://compliance.test/api/compliance/v2',
  RECOMMENDATIONS_URL: 'http://recommendations.test',
  RECOMMENDATIONS_TOKEN_URL: 'http://sso.test/recommendations-token',
  RECOMMENDATIONS_CLIENT_ID: 'recommendations-id',
  RECOMMENDATIONS_CLIENT_SECRET: 'recommendations-secret',
} as const;

/** Composer: a nock scope at the root of its API, and what most tests need of it. */
export interface ComposerMock extends nock.Scope {
  /** Bodies of the compose requests it was sent, in order. */
  readonly requests: readonly ComposerRequest[];
  /** Accepts the next compose request; gives the id it answers with. */
  readonly accepts: (id?: string) => string;
  /** Refuses the next compose request with a status and a body. */
  readonly refuses: (status: number, body: string | object) => void;
  /** Answers the next request for a build's status: 200, unless a status is given. */
  readonly hasStatus: (id: string, body: string | object, status?: number) => void;
  /** Has a successful compose with an image on AWS; the call is optional. */
  readonly hasAwsImage: (id: string) => void;
  /** Answers the next request to delete a build: 200, unless a status is given. */
  readonly deletes: (id: string, status?: number) => void;
  /** Takes the next copy of an image; gives composer's id of it. */
  readonly clones: (composeId: string, id?: string) => string;
}

/** Mocked services. Each is a nock scope: expected requests must be made, and no others. */
export interface Upstreams {
  readonly composer: ComposerMock;
  readonly contentSources: nock.Scope;
  readonly provisioning: nock.Scope;
  readonly compliance: nock.Scope;
  readonly recommendations: nock.Scope;
  /** Issues tokens to every client. A test about tokens calls `nock.removeInterceptor` or replies first. */
  readonly sso: nock.Scope;
}

const mockComposer = (): ComposerMock => {
  const requests: ComposerRequest[] = [];
  const scope = nock(`${UPSTREAM_ENV.COMPOSER_URL}/api/image-builder-composer/v2`);
  /** Records the request, then answers. One parameter only: nock takes a second one for a callback. */
  const recorded = (answer: string | object) => async (request: Request) => {
    requests.push((await request.json()) as ComposerRequest);
    return answer;
  };
  const envelope = (id: string) => ({ href: '/api/image-builder-composer/v2/compose', id, kind: 'ComposeId' });
  return Object.assign(scope, {
    requests,
    accepts: (id: string = randomUUID()) => {
      scope.post('/compose').reply(201, recorded(envelope(id)));
      return id;
    },
    refuses: (status: number, answer: string | object) => {
      scope.post('/compose').reply(status, recorded(answer));
    },
    hasStatus: (id: string, answer: string | object, status = 200) => {
      scope.get(`/composes/${id}`).reply(status, answer);
    },
    hasAwsImage: (id: string) => {
      const upload = { status: 'success', type: 'aws', options: { ami: 'ami-1', region: 'us-east-1' } };
      scope
        .get(`/composes/${id}`)
        .optionally()
        .reply(200, { status: 'success', image_status: { status: 'success', upload_status: upload } });
    },
    deletes: (id: string, status = 200) => {
      scope.delete(`/composes/${id}`).reply(status, {});
    },
    clones: (composeId: string, id: string = randomUUID()) => {
      scope.post(`/composes/${composeId}/clone`).reply(201, { href: 'x', kind: 'CloneComposeId', id });
      return id;
    },
  });
};

/** A token service that always issues a token; the call is optional. */
const mockSso = (): nock.Scope => {
  const scope = nock('http://sso.test');
  for (const path of ['/token', '/recommendations-token']) {
    scope.persist().post(path).optionally().reply(200, { access_token: TOKEN, expires_in: 900, token_type: 'Bearer' });
  }
  return scope;
};

export const mockUpstreams = (): Upstreams => ({
  composer: mockComposer(),
  contentSources: nock(UPSTREAM_ENV.CONTENT_SOURCES_URL),
  provisioning: nock(UPSTREAM_ENV.PROVISIONING_URL),
  compliance: nock(UPSTREAM_ENV.COMPLIANCE_URL),
  recommendations: nock(UPSTREAM_ENV.RECOMMENDATIONS_URL),
  sso: mockSso(),
});

/** Content sources knows no repository, as often as it is called. */
export const mockNoRepositories = (): void => {
  nock(UPSTREAM_ENV.CONTENT_SOURCES_URL)
    .persist()
    .get('/repositories/')
    .query(true)
    .optionally()
    .reply(200, { data: [] });
};
