// Composes that have ended, one for each upload target, for clients to read.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

export interface FinishedCompose {
  readonly id: string;
  /** The upload target. */
  readonly type: string;
  readonly status: string;
  /** As the service returns it: its shape depends on the upload target. */
  readonly options: unknown;
}

interface Status {
  readonly image_status: { readonly status: string; readonly upload_status?: { readonly options: unknown } };
}

const AZURE = { tenant_id: crypto.randomUUID(), subscription_id: crypto.randomUUID(), resource_group: 'images' };

/** Image type, upload target and options. */
const TARGETS: readonly (readonly [string, string, object])[] = [
  ['aws', 'aws', { share_with_accounts: ['123456789012'] }],
  ['guest-image', 'aws.s3', {}],
  ['gcp', 'gcp', { share_with_accounts: ['user:me@example.com'] }],
  ['azure', 'azure', AZURE],
  ['oci', 'oci.objectstorage', {}],
];

const json = async (response: Response): Promise<unknown> => {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response.json();
};

const build = async (api: string, [image_type, type, options]: (typeof TARGETS)[number]): Promise<FinishedCompose> => {
  const image_requests = [{ architecture: 'x86_64', image_type, upload_request: { type, options } }];
  const body = JSON.stringify({ distribution: 'rhel-9', image_requests });
  const headers = { 'content-type': 'application/json' };
  const { id } = (await json(await fetch(`${api}/compose`, { method: 'POST', headers, body }))) as { id: string };
  for (;;) {
    const { image_status } = (await json(await fetch(`${api}/composes/${id}`))) as Status;
    const { status, upload_status } = image_status;
    if (status === 'failure') throw new Error(`the image for ${type} was not built`);
    if (status === 'success') return { id, type, status, options: upload_status?.options };
    await wait(500);
  }
};

/** Builds an image for every upload target. @throws Error when one of them is not built */
export async function finishComposes(api: string): Promise<readonly FinishedCompose[]> {
  return Promise.all(TARGETS.map((target) => build(api, target)));
}

/**
 * Compares what a client has read with what the service returns.
 * @param output a line for each compose: its status, a space, and the options of its upload as JSON
 * @throws AssertionError at the first difference
 */
export function expectToBeRead(composes: readonly FinishedCompose[], output: string): void {
  const read = output
    .trim()
    .split('\n')
    .map((line) => line.split(/ (.*)/).slice(0, 2))
    .map(([status, options]) => ({ status, options: JSON.parse(options ?? 'null') as unknown }));
  assert.deepEqual(
    read,
    composes.map(({ status, options }) => ({ status, options })),
  );
}
