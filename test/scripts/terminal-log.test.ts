import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { shortLine } from '../../scripts/support/terminal-log.ts';

const lineOf = (fields: object): string =>
  stripVTControlCharacters(shortLine(JSON.stringify({ time: '2026-03-01T08:30:00.000Z', level: 'info', ...fields })));

describe('the log at a terminal', () => {
  it('has one short line for a request', () => {
    const line = lineOf({
      ...{ event: 'request.completed', request_id: 'abc', latency_ms: 12, msg: '201: Created' },
      ...{
        request: { method: 'POST', path: '/api/image-builder/v1/compose', ip: '127.0.0.1:1' },
        response: { status: 201 },
      },
    });
    expect(line).to.match(/^\d\d:\d\d:\d\d 201 POST \/api\/image-builder\/v1\/compose 12 ms\n$/);
  });

  it('names the level where it is not usual, and the cause', () => {
    const err = { message: 'no connection', stack: 'Error: no connection\n    at x' };
    expect(lineOf({ level: 'warn', msg: 'polling failed', err })).to.match(/ warn: polling failed: no connection\n$/);
    expect(lineOf({ level: 'error', msg: 'a request failed', err })).to.match(
      / error: a request failed\nError: no connection\n {4}at x\n$/,
    );
  });
});
