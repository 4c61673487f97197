import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';
import { contractOperations } from '../security/contract.ts';

const generated = async (name: string) =>
  JSON.parse(await readFile(join(import.meta.dirname, '../../generated', name), 'utf8'));

describe('GET /asyncapi.json', () => {
  it('returns a valid AsyncAPI document, without an identity', async () => {
    await using service = await startService();
    const { status, headers, text } = await service.root.get('/asyncapi.json');
    expect([status, headers['content-type']]).to.deep.equal([200, 'application/json']);
    const { document, diagnostics } = await new Parser().parse(text);
    expect(diagnostics.filter(({ severity }) => severity === 0)).to.deep.equal([]);
    expect(document?.version()).to.equal('3.0.0');
    expect(
      document
        ?.operations()
        .all()
        .map((operation) => operation.action()),
    ).to.deep.equal(['send', 'send']);
  });

  it('responds 304 while it has not changed', async () => {
    await using service = await startService();
    const { headers } = await service.root.get('/asyncapi.json');
    const again = await service.root.get('/asyncapi.json', {
      headers: { 'if-modified-since': headers['last-modified'] },
    });
    expect(again.status).to.equal(304);
  });

  it('has every type of the contract as a message of its channel, with the schemas of the contract', async () => {
    const { schemas } = (await generated('openapi.json')).components;
    const { channels, components } = await generated('asyncapi.json');
    expect(Object.keys(channels.events.messages)).to.have.members(schemas.EventTypes.enum);
    expect(Object.keys(channels.webhook.messages)).to.have.members([...schemas.WebhookEventType.enum, 'webhook.ping']);
    expect(components.schemas).to.include.all.keys('Event', 'WebhookMessage', 'WebhookMessageData', 'Labels');
    expect(Object.keys(components.schemas.Event.properties)).to.deep.equal(Object.keys(schemas.Event.properties));
    for (const message of Object.values<{ summary: string }>(components.messages))
      expect(message.summary).to.match(/^[A-Za-z].+\.$/);
  });

  it('names the path of the stream as it is served', async () => {
    await using service = await startService();
    const { channels } = await generated('asyncapi.json');
    const { path } = contractOperations.find(({ id }) => id === 'getEvents')!;
    expect(channels.events.address).to.equal(`/api/image-builder/v1${path}`);
    expect((await service.root.get(channels.events.address)).status).to.equal(401);
  });
});

describe('messages to webhooks', () => {
  it('have the members of events, and that of a ping', async () => {
    const { schemas } = (await generated('openapi.json')).components;
    const { id: _id, type: _type, occurred_at: _time, ...event } = schemas.Event.properties;
    const { webhook_id: _webhook, ...data } = schemas.WebhookMessageData.properties;
    expect(data).to.deep.equal(event);
    expect(schemas.WebhookEventType.enum).to.have.members(
      schemas.EventTypes.enum.filter((type: string) => type !== 'events.missed'),
    );
  });
});
