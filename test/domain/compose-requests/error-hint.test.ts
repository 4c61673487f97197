import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { withHint } from '../../../src/domain/compose-requests/error-hint.ts';
import type { ImageStatus } from '../../../src/domain/compose-requests/image-status.ts';

const explained = (id: number, details?: unknown, reason = 'r') => {
  const error = { id, reason, ...(details === undefined ? {} : { details }) };
  return withHint({ status: 'failure', error }).error!;
};

const KNOWN = [...Array.from({ length: 39 }, (_, index) => index + 1), 1000];

describe('the hint of a failure', () => {
  for (const id of KNOWN) {
    it(`exists for composer's error ${id}, in sentences, within the length limit of the contract`, () => {
      const { hint } = explained(id);
      expect(hint).to.match(/^[A-Z].+[.]$/);
      expect(hint!.length).to.be.lessThan(1000);
    });
  }

  it('does not exist for unknown errors', () => {
    for (const id of [0, -1, 40, 999, 1001, 1.5, NaN, 2 ** 53]) {
      expect(explained(id, 'missing packages: a')).to.have.all.keys('id', 'reason', 'details');
    }
  });

  it('does not exist for a compose without an error', () => {
    const status: ImageStatus = { status: 'success' };
    expect(withHint(status)).to.equal(status);
  });

  it('leaves the other members of the error unchanged', () => {
    const details = ['missing packages: a', { x: 1 }];
    expect(explained(21, details)).to.deep.include({ id: 21, reason: 'r', details });
  });
});

type Case = readonly [what: string, id: number, details: unknown, subject: object | undefined];

const SUBJECTS: readonly Case[] = [
  [
    'packages that DNF does not find',
    21,
    'Error occurred when marking packages for installation: Problems in request:\nmissing packages: ngnix, vmi',
    { packages: ['ngnix', 'vmi'] },
  ],
  ['groups that there are none of', 21, 'missing groups or modules: @devel-tools', { packages: ['@devel-tools'] }],
  [
    'missing and broken ones',
    21,
    'Problems in request:\nmissing packages: a\nbroken packages: b, c',
    { packages: ['a', 'b', 'c'] },
  ],
  ['an argument without match', 22, 'No match for argument: ngnix', { packages: ['ngnix'] }],
  ['several without match', 22, 'Unable to find a match: ngnix vmi', { packages: ['ngnix', 'vmi'] }],
  ['what nothing provides', 22, 'nothing provides nosuchpackage', { packages: ['nosuchpackage'] }],
  [
    'what nothing provides, and who needs it',
    20,
    'Problem: conflicting requests\n  - nothing provides libssl.so.1.1()(64bit) needed by old-tool-1.0-1.el9.x86_64',
    { packages: ['libssl.so.1.1()(64bit)', 'old-tool-1.0-1.el9.x86_64'] },
  ],
  [
    'two that cannot be installed together',
    20,
    'cannot install both a-1.el9.x86_64 from baseos and a-2.el9.x86_64 from appstream',
    { packages: ['a-1.el9.x86_64', 'a-2.el9.x86_64'] },
  ],
  [
    'a package that conflicts',
    20,
    'package chrony-4.5-1.el9.x86_64 conflicts with ntp provided by ntp-4.2-1.el9.x86_64',
    { packages: ['chrony-4.5-1.el9.x86_64'] },
  ],
  [
    'a repository by name',
    22,
    "There was a problem reading a repository: Failed to download metadata for repo 'company-tools': Cannot download repomd.xml",
    { repositories: ['company-tools'] },
  ],
  [
    'a repository by name and address',
    25,
    "Error downloading metadata for repo 'tools' [tools from https://repos.example.com/tools/el9/]: 404",
    { repositories: ['tools', 'https://repos.example.com/tools/el9/'] },
  ],
  ...[33, 34].map((id): Case => [
    `a repository of OSTree, in error ${id}`,
    id,
    'cannot use https://ostree.example.com/repo',
    { repositories: ['https://ostree.example.com/repo'] },
  ]),
  [
    'an address that is none of a repository',
    39,
    { url: 'https://repos.example.com/a b' },
    { repositories: ['https://repos.example.com/a'] },
  ],
  [
    'a file of the image that a step stumbled over',
    10,
    ["cp: cannot create '/run/osbuild/tree/etc/company/motd': Not a directory"],
    { files: ['/etc/company/motd'] },
  ],
  [
    'a file to be fetched',
    36,
    [{ id: 36, reason: 'failed', details: 'https://files.example.com/key.gpg: 404' }],
    { files: ['https://files.example.com/key.gpg'] },
  ],
  ['names deep within', 9, { a: [{ b: [{ c: 'missing packages: x' }] }] }, { packages: ['x'] }],
  ['each name once', 21, ['missing packages: x', 'missing packages: x, y'], { packages: ['x', 'y'] }],
  ['nothing where nothing is named', 22, 'something went wrong', undefined],
  ['nothing without details', 22, undefined, undefined],
  ['no packages of a failed upload', 11, 'missing packages: x', undefined],
  ['no text that is no name', 21, 'missing packages: <script>, $(reboot)', undefined],
];

describe('the hints of several failures', () => {
  it('are those of each', () => {
    const packages = { id: 22, reason: 'r', details: 'missing packages: x' };
    const causes = [packages, { id: 30, reason: 'r' }, { id: 999, reason: 'r' }];
    const error = withHint({ status: 'failure', error: { ...packages, causes } }).error!;
    expect(error.subject).to.deep.equal({ packages: ['x'] });
    const [first, second, third] = error.causes!;
    expect(first)
      .to.include({ hint: error.hint })
      .and.deep.include({ subject: { packages: ['x'] } });
    expect(second?.hint).to.equal(explained(30).hint);
    expect(third).to.deep.equal({ id: 999, reason: 'r' });
  });
});

describe('the subject of a failure', () => {
  for (const [what, id, details, subject] of SUBJECTS) {
    it(`is ${what}`, () => {
      expect(explained(id, details).subject).to.deep.equal(subject);
    });
  }

  it('is also found in the reason', () => {
    expect(explained(22, undefined, 'missing packages: x').subject).to.deep.equal({ packages: ['x'] });
  });

  it('has at most twenty names', () => {
    const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
    expect(explained(21, `missing packages: ${names.join(', ')}`).subject!.packages).to.deep.equal(names.slice(0, 20));
  });

  it('is found in details of any kind, size and depth in bounded time', () => {
    let deep: unknown = 'missing packages: deep';
    for (let depth = 0; depth < 10_000; depth += 1) deep = [deep];
    for (const details of [
      ...[null, 1, true, [], {}, deep, [null, [undefined]], 'x'.repeat(1_000_000), '"'.repeat(100_000)],
      ...[
        'missing packages: '.repeat(50_000),
        "repo '".repeat(50_000),
        ' ,'.repeat(100_000),
        'https://'.repeat(50_000),
      ],
      Array.from({ length: 100_000 }, () => ({ details: 'no match for argument ' })),
    ]) {
      for (const id of KNOWN) expect(() => explained(id, details)).not.to.throw();
    }
  });

  it('conforms to the contract for any details', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KNOWN), fc.jsonValue(), fc.string({ maxLength: 300 }), (id, details, text) => {
        const { subject } = explained(id, [details, `missing packages: ${text}`, `repo '${text}'`]);
        if (subject === undefined) return;
        expect(Object.keys(subject)).not.to.have.length(0);
        for (const names of Object.values(subject)) {
          expect(names).to.have.length.within(1, 20);
          for (const name of names) expect(name).to.have.length.within(1, 500);
        }
      }),
    );
  });
});
