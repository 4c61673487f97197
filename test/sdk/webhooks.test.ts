import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, WebhookVerificationError } from '../../packages/client/src/index.ts';

const SECRET = `whsec_${Buffer.from('the secret of the webhook').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('the secret before').toString('base64')}`;
const BODY = JSON.stringify({
  ...{ type: 'compose.finished', timestamp: '2026-03-01T08:41:07Z', event_id: 7 },
  data: { compose_id: 'c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c', status: 'success' },
});

const headersOf = (secret = SECRET, time = new Date()): Record<string, string> => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
  'webhook-signature': new Webhook(secret).sign('msg_1', time, BODY),
});

describe('verifyWebhook', () => {
  it('parses a message that the service has signed', () => {
    const message = verifyWebhook(BODY, headersOf(), SECRET);
    expect([message.type, message.data.status, message.event_id]).to.deep.equal(['compose.finished', 'success', 7]);
    expect(verifyWebhook(BODY, new Headers(headersOf()), SECRET)).to.deep.equal(message);
  });

  it('accepts the old and the new secret while one is being replaced', () => {
    for (const secret of [SECRET, OTHER])
      expect(verifyWebhook(BODY, headersOf(secret), [SECRET, OTHER]).type).to.equal('compose.finished');
    const both = [SECRET, OTHER].map((secret) => headersOf(secret)['webhook-signature']).join(' ');
    expect(verifyWebhook(BODY, { ...headersOf(), 'webhook-signature': both }, OTHER).type).to.equal('compose.finished');
  });

  const hour = 3_600_000;
  for (const [what, body, headers, secrets] of [
    ['another body', `${BODY} `, headersOf(), SECRET],
    ['another secret', BODY, headersOf(OTHER), SECRET],
    ['an old message', BODY, headersOf(SECRET, new Date(Date.now() - hour)), SECRET],
    ['a message from the future', BODY, headersOf(SECRET, new Date(Date.now() + hour)), SECRET],
    ['no headers', BODY, {}, SECRET],
    ['no secret', BODY, headersOf(), []],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => verifyWebhook(body, headers, secrets)).to.throw(WebhookVerificationError);
    });
  }
});
