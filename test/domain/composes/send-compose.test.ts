import { expect } from 'chai';
import { describe, it } from 'mocha';
import { acceptedComposeId } from '../../../src/domain/composes/send-compose.ts';
import { INTERNAL_ERROR } from '../../../src/lib/errors.ts';
import { refusalOf } from '../compose-requests/support.ts';

const ID = '12345678-90ab-cdef-1234-567890abcdef';
const REFUSED = 'Failed posting compose request to osbuild-composer';
const answer = (status: number, body: unknown) => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});

const WITHOUT_ID: readonly (readonly [string, unknown])[] = [
  ['no body', ''],
  ['no JSON', '<html>'],
  ['JSON with something behind it', `${JSON.stringify({ id: ID })}x`],
  ['null', 'null'],
  ['a list', [ID]],
  ['a text', JSON.stringify(ID)],
  ['no id', { kind: 'ComposeId' }],
  ['an id that is null', { id: null }],
  ['an id that is no text', { id: 5 }],
  ['an id that is no UUID', { id: 'compose' }],
  ['the id of nothing', { id: '00000000-0000-0000-0000-000000000000' }],
];

const ERRORS: readonly (readonly [title: string, body: unknown, kind: string, text: string])[] = [
  ['an OSTree repository that cannot be resolved', { id: '10', reason: 'r' }, 'invalid', 'Error resolving OSTree repo'],
  ['a repository without an address', { id: '24', reason: 'no baseurl' }, 'invalid', 'no baseurl'],
  ['a signature check without a key', { id: '29', reason: 'no key', details: 'd' }, 'invalid', 'no key'],
  ['a refusal at the caller that says nothing', { id: '24' }, 'invalid', 'no reason given'],
  ['another refusal', { id: '7', reason: 'r', details: 'd' }, 'internal', `${REFUSED}. r: d`],
  ['a refusal without details', { id: '7', reason: 'r' }, 'internal', `${REFUSED}. r`],
  ['details that are null', { id: '7', reason: 'r', details: null }, 'internal', `${REFUSED}. r`],
  ['details that are an object', { id: '7', reason: 'r', details: { a: [1] } }, 'internal', `${REFUSED}. r: {"a":[1]}`],
  ['details that are a number', { id: '7', reason: 'r', details: 0 }, 'internal', `${REFUSED}. r: 0`],
  ['empty details', { id: '7', reason: 'r', details: '' }, 'internal', `${REFUSED}. r: `],
  ['no reason', { id: '7' }, 'internal', `${REFUSED}. no reason given`],
  ['an id that is a number', { id: 10, reason: 'r' }, 'internal', REFUSED],
  ['no id', { reason: 'r' }, 'internal', REFUSED],
  ['a list', [{ id: '10' }], 'internal', REFUSED],
  ['null', 'null', 'internal', REFUSED],
  ['no JSON', '<html>secret.internal</html>', 'internal', REFUSED],
  ['JSON with something behind it', '{"id":"10","reason":"r"} x', 'internal', REFUSED],
  ['no body', '', 'internal', REFUSED],
];

describe('the response of composer to a compose', () => {
  for (const id of [ID, ID.toUpperCase()]) {
    it(`has the id of the compose (${id})`, () => {
      expect(acceptedComposeId(answer(201, { id, href: 5, other: true }))).to.equal(ID);
    });
  }

  for (const [title, body] of WITHOUT_ID) {
    it(`is a failure when it accepts with ${title}`, () => {
      expect(refusalOf(() => acceptedComposeId(answer(201, body)))).to.deep.equal({
        kind: 'internal',
        text: INTERNAL_ERROR,
      });
    });
  }

  for (const [title, body, kind, text] of ERRORS) {
    it(`refuses in our words for ${title}, whatever the status`, () => {
      for (const status of [200, 202, 400, 401, 418, 500]) {
        expect(
          refusalOf(() => acceptedComposeId(answer(status, body))),
          String(status),
        ).to.deep.equal({ kind, text });
      }
    });
  }

  it('is an acceptance with status 201 only', () => {
    for (const status of [200, 202, 204]) {
      expect(refusalOf(() => acceptedComposeId(answer(status, { id: ID }))).kind).to.equal('internal');
    }
  });
});
