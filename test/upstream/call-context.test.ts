import { expect } from 'chai';
import { describe, it } from 'mocha';
import { platformCall, serviceCall } from '../../src/upstream/call-context.ts';
import { capturedLogger } from './support.ts';

const { log } = capturedLogger();
const context = { traceId: 'abcdefghijklmno', log };

describe('the options of an outgoing call', () => {
  for (const [title, call] of [
    ["a call of the service's own", () => serviceCall(context)],
    ["a call in the caller's name", () => platformCall({ ...context, platformHeader: 'header' })],
  ] as const) {
    it(`contain the trace of the request, a new span and its log, for ${title}`, () => {
      const { headers = {}, log: used } = call();
      expect(headers['X-Strc-Trace-Id']).to.equal('abcdefghijklmno');
      expect(headers['X-Strc-Span-Id']).to.match(/^0{7}\.[A-Za-z]{7}$/);
      expect(call().headers?.['X-Strc-Span-Id']).to.not.equal(headers['X-Strc-Span-Id']);
      expect(used).to.equal(log);
    });
  }

  it('contain the identity byte for byte, for a platform call only', () => {
    expect(platformCall({ ...context, platformHeader: 'eyJ9==' }).headers).to.include({ 'x-rh-identity': 'eyJ9==' });
    expect(serviceCall(context).headers).to.not.have.property('x-rh-identity');
  });

  it('contain further headers', () => {
    expect(serviceCall(context, { 'x-more': '1' }).headers).to.include({
      'x-more': '1',
      'X-Strc-Trace-Id': 'abcdefghijklmno',
    });
  });
});
