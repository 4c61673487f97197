// What a program does with types made by openapi-typescript, and openapi-fetch: node scenario.ts ADDRESS
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type { components, paths } from './contract.ts';

type ErrorList = components['schemas']['HTTPErrorList'];

const api = createClient<paths>({ baseUrl: process.argv[2] ?? '' });

const follow = async (composeId: string): Promise<components['schemas']['ComposeStatus']> => {
  for (;;) {
    const { data } = await api.GET('/composes/{composeId}', { params: { path: { composeId } } });
    assert.ok(data);
    if (data.image_status.status === 'success' || data.image_status.status === 'failure') return data;
    await wait(500);
  }
};

const { data: distributions } = await api.GET('/distributions');
assert.ok(distributions?.some(({ name }) => name === 'centos-9'));

const body: components['schemas']['CreateBlueprintRequest'] = {
  name: `openapi-fetch ${crypto.randomUUID()}`,
  distribution: 'centos-9',
  image_requests: [
    { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
    {
      architecture: 'x86_64',
      image_type: 'gcp',
      upload_request: { type: 'gcp', options: { share_with_accounts: ['user:me@example.com'] } },
    },
  ],
  customizations: { packages: ['nginx'], users: [{ name: 'me', password: 'not-a-real-password' }] },
};
const { data: blueprint } = await api.POST('/blueprints', { body });
assert.ok(blueprint);
const taken = await api.POST('/blueprints', { body });
assert.equal(taken.response.status, 422);
assert.equal((taken.error as ErrorList).errors[0]?.title, 'Name not unique');

const params = { path: { id: blueprint.id } };
const { data: stored } = await api.GET('/blueprints/{id}', { params });
const [user] = stored?.customizations.users ?? [];
assert.deepEqual([user?.hasPassword, user?.password], [true, undefined]);

const { data: started = [] } = await api.POST('/blueprints/{id}/compose', { params });
assert.equal(started.length, 2);
const [download, gcp] = await Promise.all(started.map(({ id }) => follow(id)));
const { options: address } = download?.image_status.upload_status ?? {};
assert.ok(address && 'url' in address && address.url.startsWith('http'));
const { options: project } = gcp?.image_status.upload_status ?? {};
assert.ok(project && 'project_id' in project && project.project_id);
assert.deepEqual(gcp?.request.image_requests[0]?.upload_request.options, {
  share_with_accounts: ['user:me@example.com'],
});

const { response: hidden } = await api.DELETE('/composes/{composeId}', {
  params: { path: { composeId: started[0]?.id ?? '' } },
});
assert.equal(hidden.status, 200);
const { response: deleted } = await api.DELETE('/blueprints/{id}', { params });
assert.equal(deleted.status, 204);
const gone = await api.GET('/blueprints/{id}', { params });
assert.equal(gone.response.status, 404);
assert.equal((gone.error as ErrorList).errors[0]?.detail, 'blueprint not found');
