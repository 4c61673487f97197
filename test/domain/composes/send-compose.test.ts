import { expect } from 'chai';
import { describe, it } from 'mocha';
import { acceptedComposeId } from '../../../src/domain/composes/send-compose.ts';
import type { ComposeRequest } from '../../../src/domain/compose-requests/types.ts';
import { INTERNAL_ERROR, ServiceError } from '../../../src/lib/errors.ts';
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
  ['a distribution that composer does not know', { id: '4', reason: 'r' }, 'invalid', 'r'],
  ['an invalid customization', { id: '35', reason: 'r', details: 'd' }, 'invalid', 'r: d'],
  ['a request that composer cannot validate', { id: '30', reason: 'r', details: 'd' }, 'invalid', 'r: d'],
  ['a refusal with empty details', { id: '7', reason: 'r', details: '' }, 'invalid', 'r'],
  ['a refusal without details', { id: '7', reason: 'r' }, 'invalid', 'r'],
  ['details that are null', { id: '7', reason: 'r', details: null }, 'invalid', 'r'],
  ['details that are an object', { id: '7', reason: 'r', details: { a: [1] } }, 'invalid', 'r: {"a":[1]}'],
  ['details that are a number', { id: '7', reason: 'r', details: 0 }, 'invalid', 'r: 0'],
  ['an internal error', { id: '1005', reason: 'r', details: 'open /srv/state: no' }, 'internal', `${REFUSED}. r`],
  ['an error that is not known', { id: '1', reason: 'r', details: 'd' }, 'internal', `${REFUSED}. r`],
  ['no reason', { id: '1' }, 'internal', `${REFUSED}. no reason given`],
  ['an id that is a number', { id: 10, reason: 'r' }, 'internal', REFUSED],
  ['no id', { reason: 'r' }, 'internal', REFUSED],
  ['a list', [{ id: '10' }], 'internal', REFUSED],
  ['null', 'null', 'internal', REFUSED],
  ['no JSON', '<html>secret.internal</html>', 'internal', REFUSED],
  ['JSON with something behind it', '{"id":"10","reason":"r"} x', 'internal', REFUSED],
  ['no body', '', 'internal', REFUSED],
];

const request = {
  distribution: 'rhel-9',
  image_requests: [
    { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
  ],
} as ComposeRequest;

const withRepository: ComposeRequest = {
  ...request,
  customizations: { payload_repositories: [{ baseurl: 'http://mirror.test/', rhsm: false }] },
};

const PLACES: readonly (readonly [id: string, request: ComposeRequest, pointer: string | undefined])[] = [
  ['4', request, '/distribution'],
  ['5', request, '/image_requests/0/architecture'],
  ['6', request, '/image_requests/0/image_type'],
  ['7', request, undefined],
  ['7', withRepository, '/customizations/payload_repositories'],
  ['10', request, '/image_requests/0/ostree'],
  ['24', withRepository, '/customizations/payload_repositories'],
  ['27', request, '/image_requests/0/ostree'],
  ['29', withRepository, '/customizations/payload_repositories'],
  ['30', request, undefined],
  ['35', request, '/customizations'],
  ['37', request, '/customizations/partitioning_mode'],
  ['38', request, '/image_requests/0/upload_request'],
];

const errorOf = (call: () => unknown): ServiceError => {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

describe('the response of composer to a compose', () => {
  for (const id of [ID, ID.toUpperCase()]) {
    it(`has the id of the compose (${id})`, () => {
      expect(acceptedComposeId(answer(201, { id, href: 5, other: true }), request)).to.equal(ID);
    });
  }

  for (const [title, body] of WITHOUT_ID) {
    it(`is a failure when it accepts with ${title}`, () => {
      expect(refusalOf(() => acceptedComposeId(answer(201, body), request))).to.deep.equal({
        kind: 'internal',
        text: INTERNAL_ERROR,
      });
    });
  }

  for (const [title, body, kind, text] of ERRORS) {
    it(`refuses in our words for ${title}, whatever the status`, () => {
      for (const status of [200, 202, 400, 401, 418, 500]) {
        expect(
          refusalOf(() => acceptedComposeId(answer(status, body), request)),
          String(status),
        ).to.deep.equal({ kind, text });
      }
    });
  }

  for (const [id, sent, pointer] of PLACES) {
    const where = pointer ?? 'no member';
    const has = sent === withRepository ? ' in a request with repositories' : '';
    it(`points to ${where} for error ${id}${has}`, () => {
      const error = errorOf(() => acceptedComposeId(answer(400, { id, reason: 'r', details: '' }), sent));
      expect(error.entries[0]?.pointer).to.equal(pointer);
    });
  }

  it('keeps what an internal error discloses for the log', () => {
    const body = { id: '1005', reason: 'no job', details: 'worker 10.0.0.7: /srv/state' };
    const error = errorOf(() => acceptedComposeId(answer(500, body), request));
    expect(error.message).not.to.include('10.0.0.7');
    expect((error.cause as Error).message).to.equal('composer responded with 500: no job: worker 10.0.0.7: /srv/state');
  });

  it('cuts long texts, and shows no secret of the request', () => {
    const secret = 'correct-horse-battery';
    const sent = { ...request, customizations: { users: [{ name: 'me', password: secret }] } } as ComposeRequest;
    const details = `password: ${secret} ${'x'.repeat(5_000)}`;
    const error = errorOf(() => acceptedComposeId(answer(400, { id: '30', reason: 'r', details }), sent));
    expect(error.message).to.have.length(1_000).and.not.include(secret);
  });

  it('is an acceptance with status 201 only', () => {
    for (const status of [200, 202, 204]) {
      expect(refusalOf(() => acceptedComposeId(answer(status, { id: ID }), request)).kind).to.equal('internal');
    }
  });
});
