import { expect } from 'chai';
import { describe, it } from 'mocha';
import { toImageStatus } from '../../../src/domain/compose-requests/image-status.ts';

const statusOf = (image_status: unknown) => toImageStatus({ image_status });
const errorOf = (error: unknown) => statusOf({ status: 'failure', error })?.error;

const CAUSE = { id: 32, reason: 'cause', details: 'why' };

describe('the status of a compose', () => {
  for (const status of ['pending', 'building', 'uploading', 'registering', 'success', 'failure', 'a new one']) {
    it(`"${status}" is passed on`, () => expect(statusOf({ status })).to.deep.equal({ status }));
  }

  for (const answer of [
    undefined,
    null,
    'text',
    [],
    {},
    { status: 'success' },
    { image_status: null },
    { image_status: [] },
  ]) {
    it(`is not in ${JSON.stringify(answer)}`, () => expect(toImageStatus(answer)).to.equal(null));
  }

  it('is the status of the image, not of the compose', () => {
    const answer = { status: 'failure', image_statuses: [], image_status: { status: 'success', unknown: true } };
    expect(toImageStatus(answer)).to.deep.equal({ status: 'success' });
  });

  it('is an empty text where composer leaves it out', () => expect(statusOf({})).to.deep.equal({ status: '' }));

  it('leaves out what composer gives as null', () => {
    const image_status = { status: 'building', progress: null, upload_status: null, error: null };
    expect(statusOf(image_status)).to.deep.equal({ status: 'building' });
  });
});

describe('the error of a failed build', () => {
  const wrapped = (id: number, details: unknown) => ({ id, reason: 'a job before it failed', details });
  const container = { id: 30, reason: 'no container', details: 'registry.test/x' };
  const commit = { id: 33, reason: 'no commit', details: 'ref' };
  const packages = { id: 22, reason: 'no packages', details: 'x' };

  for (const [what, error, cause] of [
    ['a container that was not found', wrapped(9, [wrapped(31, [container])]), container],
    ['a commit that was not found', wrapped(9, [wrapped(35, [commit])]), commit],
    ['packages that were not resolved', wrapped(9, [wrapped(5, [packages])]), packages],
  ] as const) {
    it(`is its cause: ${what}`, () => expect(errorOf(error)).to.deep.equal(cause));
  }

  it('has every cause when several jobs failed, and the first of them as its own', () => {
    const error = wrapped(9, [wrapped(5, [packages]), wrapped(31, [container]), wrapped(35, [commit])]);
    expect(errorOf(error)).to.deep.equal({ ...packages, causes: [packages, container, commit] });
  });

  it('leaves out what is no error beside the first cause', () => {
    expect(errorOf(wrapped(9, [container, 'text', null, { id: 'x' }]))).to.deep.equal(container);
  });

  it('is bounded, however many jobs failed and however deep', () => {
    const many = Array.from({ length: 100 }, () => container);
    expect(errorOf(wrapped(9, many))?.causes).to.have.length(20);
    let deep: unknown = container;
    for (let depth = 0; depth < 1_000; depth += 1) deep = wrapped(9, deep);
    expect(errorOf(deep)).to.include({ id: 9 });
  });
});

describe('the progress of a compose', () => {
  const cases: readonly (readonly [unknown, unknown])[] = [
    [
      { done: 1, total: 4 },
      { done: 1, total: 4 },
    ],
    [
      { done: 0, total: 0, other: 'x' },
      { done: 0, total: 0 },
    ],
    [
      { done: 1, total: 4, subprogress: { done: 2, total: 3, x: 1 } },
      { done: 1, total: 4, subprogress: { done: 2, total: 3 } },
    ],
    [
      { done: 1, total: 4, subprogress: null },
      { done: 1, total: 4 },
    ],
  ];
  for (const [given, shown] of cases) {
    it(`${JSON.stringify(given)} is returned as ${JSON.stringify(shown)}`, () => {
      expect(statusOf({ status: 'building', progress: given })?.progress).to.deep.equal(shown);
    });
  }
});

describe('the upload of a compose', () => {
  const EVERYTHING = { ami: 'ami-1', region: 'r', url: 'u', project_id: 'p', image_name: 'n', gallery_image_name: 'g' };
  const cases: readonly (readonly [type: string, options: object, nothing: object])[] = [
    ['aws', { ami: 'ami-1', region: 'r' }, { ami: '', region: '' }],
    ['aws.s3', { url: 'u' }, { url: '' }],
    ['gcp', { project_id: 'p', image_name: 'n' }, { project_id: '', image_name: '' }],
    ['azure', { image_name: 'n' }, { image_name: '' }],
    ['oci.objectstorage', { url: 'u' }, { url: '' }],
  ];
  const uploadOf = (upload_status: unknown) => statusOf({ status: 'success', upload_status })?.upload_status;

  for (const [type, shown, nothing] of cases) {
    it(`to ${type} shows ${Object.keys(shown).join(' and ')}, and no member of another target`, () => {
      expect(uploadOf({ status: 'success', type, options: EVERYTHING })).to.deep.equal({
        status: 'success',
        type,
        options: shown,
      });
    });

    for (const options of [
      undefined,
      null,
      {},
      [],
      'x',
      { ami: null, region: 5, url: {}, project_id: [], image_name: true },
    ]) {
      it(`to ${type} shows empty texts for ${JSON.stringify(options)}`, () => {
        expect(uploadOf({ status: 'running', type, options })?.options).to.deep.equal(nothing);
      });
    }
  }

  for (const upload of [
    { status: 'success', type: 'pulp.ostree', options: { url: 'u' } },
    { status: 'success' },
    null,
    'x',
  ]) {
    it(`is left out for ${JSON.stringify(upload)}`, () => expect(uploadOf(upload)).to.equal(undefined));
  }
});

describe('the error of a failed compose', () => {
  const unwrapped: readonly (readonly [title: string, error: unknown, shown: unknown])[] = [
    ['an error of its own', CAUSE, CAUSE],
    ['an error without details', { id: 1, reason: 'r' }, { id: 1, reason: 'r' }],
    ['details that are null', { id: 1, reason: 'r', details: null }, { id: 1, reason: 'r' }],
    ['details of any kind', { id: 1, reason: 'r', details: [{ a: 1 }] }, { id: 1, reason: 'r', details: [{ a: 1 }] }],
    ['members that are not published', { ...CAUSE, code: 'x' }, CAUSE],
    ['an error that does not wrap others, with one in its details', { id: 10, reason: 'r', details: [CAUSE] }, null],
    ...[5, 9, 26, 28, 31, 35].flatMap(
      (id) =>
        [
          [
            `the cause in the list of ${id}`,
            { id, reason: 'r', details: [CAUSE, { id: 33, reason: 'second' }] },
            { ...CAUSE, causes: [CAUSE, { id: 33, reason: 'second' }] },
          ],
          [`the cause in ${id}`, { id, reason: 'r', details: CAUSE }, CAUSE],
          [`the empty list of ${id}`, { id, reason: 'r', details: [] }, null],
          [`a text in ${id}`, { id, reason: 'r', details: 'why' }, null],
          [`no details in ${id}`, { id, reason: 'r' }, null],
        ] as const,
    ),
    ['wrappers in wrappers', { id: 9, reason: 'a', details: [{ id: 5, reason: 'b', details: [CAUSE] }] }, CAUSE],
    [
      'a wrapper whose cause cannot be read in a wrapper',
      { id: 9, reason: 'a', details: [{ id: 5, reason: 'b', details: [{ id: 'x' }] }] },
      { id: 5, reason: 'b', details: [{ id: 'x' }] },
    ],
    ['a cause without number', { id: 5, reason: 'r', details: [{ reason: 'x' }] }, null],
    ['a cause without reason', { id: 5, reason: 'r', details: [{ id: 1 }] }, null],
    ['a cause whose number is a text', { id: 5, reason: 'r', details: [{ id: '1', reason: 'x' }] }, null],
    ['a cause that is null', { id: 5, reason: 'r', details: [null] }, null],
    ['an error with the number 0', { id: 0, reason: '' }, { id: 0, reason: '' }],
  ];
  for (const [title, error, shown] of unwrapped) {
    it(`is ${shown === null ? 'itself for' : ''} ${title}`, () => expect(errorOf(error)).to.deep.equal(shown ?? error));
  }

  for (const error of [
    null,
    'x',
    [],
    {},
    { id: 1 },
    { reason: 'r' },
    { id: '1', reason: 'r' },
    { id: 1, reason: null },
  ]) {
    it(`is left out for ${JSON.stringify(error)}`, () => expect(errorOf(error)).to.equal(undefined));
  }
});
