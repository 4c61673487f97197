// What a program does with the client that openapi-generator makes of the document: node scenario.js ADDRESS
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import {
  BlueprintApi,
  ComposeApi,
  Configuration,
  DefaultApi,
  DistributionApi,
  ResponseError,
  type ComposeStatus,
  type CreateBlueprintRequest,
} from './index';

const [, , basePath] = process.argv;
const configuration = new Configuration({ basePath });
const blueprints = new BlueprintApi(configuration);
const composes = new ComposeApi(configuration);

const follow = async (composeId: string): Promise<ComposeStatus> => {
  for (;;) {
    const status = await composes.getComposeStatus({ composeId });
    if (status.image_status.status === 'success' || status.image_status.status === 'failure') return status;
    await wait(500);
  }
};

/** The response to a refused call: its status, and the first entry of its list. */
const refusal = async (call: Promise<unknown>): Promise<{ status: number; title: string; detail: string }> => {
  const error = await call.then(
    () => assert.fail('not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ResponseError);
  const { errors } = (await error.response.json()) as { errors: [{ title: string; detail: string }] };
  return { status: error.response.status, ...errors[0] };
};

const main = async (): Promise<void> => {
  const distributions = await new DistributionApi(configuration).getDistributions();
  assert.ok(distributions.some(({ name }) => name === 'centos-9'));

  const createBlueprintRequest: CreateBlueprintRequest = {
    name: `typescript-fetch ${crypto.randomUUID()}`,
    distribution: 'centos-9',
    image_requests: [
      { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
      {
        architecture: 'x86_64',
        image_type: 'gcp',
        upload_request: { type: 'gcp', options: { share_with_accounts: ['user:me@example.com'] } },
      },
    ] as never,
    customizations: { packages: ['nginx'], users: [{ name: 'me', password: 'not-a-real-password' }] },
  };
  const { id } = await blueprints.createBlueprint({ createBlueprintRequest });
  const taken = await refusal(blueprints.createBlueprint({ createBlueprintRequest }));
  assert.deepEqual([taken.status, taken.title], [422, 'Name not unique']);

  const [user] = (await blueprints.getBlueprint({ id })).customizations.users ?? [];
  assert.deepEqual([user?.hasPassword, user?.password], [true, undefined]);

  const started = await blueprints.composeBlueprint({ id });
  assert.equal(started.length, 2);
  const [download, gcp] = await Promise.all(started.map((compose) => follow(compose.id)));
  assert.match((download?.image_status.upload_status?.options as { url: string }).url, /^http/);
  assert.ok((gcp?.image_status.upload_status?.options as { project_id: string }).project_id);
  const [sent] = gcp?.request.image_requests ?? [];
  assert.deepEqual(sent?.upload_request.options, { share_with_accounts: ['user:me@example.com'] });

  await new DefaultApi(configuration).deleteCompose({ composeId: started[0]?.id ?? '' });
  await blueprints.deleteBlueprint({ id });
  const gone = await refusal(blueprints.getBlueprint({ id }));
  assert.deepEqual([gone.status, gone.detail], [404, 'blueprint not found']);
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
