import { randomUUID } from 'node:crypto';
import { awsImageRequest, blueprintBody, composeRequest } from '../support/given.ts';
import type { TestService } from '../support/service.ts';
import type { Objects } from './recipes.ts';

/** In every text that an organization stores, so that it is recognised wherever it comes out. */
export const mark = (orgId: string): string => `of-${Buffer.from(orgId).toString('hex')}-only`;

/** What the n-th blueprint of an organization is called. */
export const nameOf = (orgId: string, number = 1): string => `blueprint ${number} ${mark(orgId)}`;

/** Gives an organization one more object of every kind, each with its mark in every text. */
export const giveObjects = async ({ given }: TestService, orgId: string, number = 1): Promise<Objects> => {
  const text = mark(orgId);
  const name = nameOf(orgId, number);
  const own = { orgId, description: text, metadata: { parent_id: null, exported_at: text, is_on_prem: false } };
  const customizations = { packages: [text], users: [{ name: text, password: `$6$${text}$x`, ssh_key: text }] };
  const body = { ...blueprintBody, customizations };
  const request = { ...composeRequest, customizations, image_name: text, image_description: text };

  const { id, versionIds } = await given.blueprint({ ...own, name, versions: [body, body] });
  const [, latest = null] = versionIds;
  const row = { orgId, accountNumber: text, email: `${text}@example.test`, imageName: text, clientId: 'api', request };
  await given.compose(row);
  // An image that can be copied.
  const compose = await given.compose({
    ...{ ...row, blueprintVersionId: latest },
    request: { ...request, image_requests: [awsImageRequest] },
  });
  const clone = await given.clone({ composeId: compose });
  await given.compose({ ...row, deleted: true });
  await given.schedule(id, { orgId, username: text });
  await given.blueprint({ ...own, name: `deleted ${name}`, deleted: true, versions: [body] });
  await given.auditEntry({ orgId, username: text, objectId: id, createdIds: [compose] });
  const webhook = await given.webhook({ orgId, url: `https://hooks.example.com/${text}`, description: text });
  const delivery = await given.delivery(webhook, text);
  return { blueprint: id, name, compose, clone, webhook, delivery };
};

/** Ids that nothing has, of objects with the same name. */
export const unknownObjects = ({ name }: Objects): Objects => ({
  blueprint: randomUUID(),
  compose: randomUUID(),
  webhook: randomUUID(),
  delivery: randomUUID(),
  clone: randomUUID(),
  name,
});
