import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createCompiler } from '../../scripts/mutation/compiler.ts';
import { judge, type Outcome, type Verdict } from '../../scripts/mutation/judge.ts';
import { instrument, sample, type Mutant } from '../../scripts/mutation/mutants.ts';
import { describeScore, isBelow, scoreOf } from '../../scripts/mutation/score.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILE = 'src/lib/quote.ts';
const ITS_TEST = 'test/lib/quote.test.ts';
const ANOTHER = 'test/domain/labels.test.ts';

/** The mutants of a module with this text. */
const mutantsOf = async (text: string, lines: Mutant['lines'] | null = null): Promise<readonly Mutant[]> => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'image-builder-mutants-'));
  await writeFile(join(directory.path, 'module.ts'), text);
  return (await instrument(directory.path, [{ file: 'module.ts', lines }])).mutants;
};

const compiler = createCompiler(ROOT);

/** Judges the mutants of one line by these tests. */
const outcomes = async (tests: readonly string[], further: readonly string[] = []): Promise<Set<Outcome>> => {
  const { mutants, sources } = await instrument(ROOT, [{ file: FILE, lines: [22, 22] }]);
  const group = { name: FILE, mutants, sources: [...sources], testsOf: () => tests, furtherTestsOf: () => further };
  const verdicts = await judge(group, { env: process.env, compiler, deadline: Infinity });
  expect(verdicts.map(({ mutant }) => mutant)).to.deep.equal(mutants);
  return new Set(verdicts.map(({ outcome }) => outcome));
};

const verdicts = (noticed: number, total: number): readonly Verdict[] =>
  Array.from({ length: total }, (_, index) => ({
    ...{ mutant: {} as Mutant, by: null, outcome: index < noticed ? 'killed' : 'survived' },
  }));

describe('mutants', () => {
  it('change one expression each, and say where', async () => {
    const [first] = await mutantsOf('export const answer = (): string =>\n  "forty" + "two";\n', [2, 2]);
    expect(first).to.deep.include({ file: 'module.ts', lines: [2, 2], original: '"forty"', replacement: '""' });
  });

  it('do not change texts of log lines', async () => {
    const texts = ['log.warn({ event: "a" }, "for people");', 'log.warn({ event: "a" }, `for ${1} people`);'];
    const originals = (await mutantsOf(texts.join('\n'))).map(({ original }) => original);
    expect(originals).to.include('"a"').and.to.not.include.members(['"for people"', '`for ${1} people`']);
  });

  it('are taken at random: always the same ones for a seed, and more of them in a larger sample', async () => {
    const mutants = await mutantsOf('export const list = ["a", "b", "c", "d", "e", "f", "g", "h"];\n');
    const few = sample(mutants, 4, 'seed');
    expect(few)
      .to.have.length(4)
      .and.to.deep.equal(sample(mutants, 4, 'seed'));
    expect(sample(mutants, 6, 'seed').slice(0, 4)).to.deep.equal(few);
    expect(sample(mutants, 4, 'another')).to.not.deep.equal(few);
    expect(sample(mutants, Infinity, 'seed')).to.have.members(mutants);
  });

  it('are noticed by the tests of their file', async () => {
    expect([...(await outcomes([ITS_TEST]))]).to.deep.equal(['killed']);
  });

  it('are noticed by further tests where the nearest ones do not execute them, and are uncovered without these', async () => {
    expect([...(await outcomes([ANOTHER], [ITS_TEST]))]).to.deep.equal(['killed']);
    expect([...(await outcomes([ANOTHER]))]).to.deep.equal(['uncovered']);
  });

  it('are refused where they do not compile', async () => {
    const { mutants } = await instrument(ROOT, [{ file: FILE, lines: [21, 21] }]);
    const refused = mutants.filter(compiler.refuses).map(({ replacement }) => replacement);
    expect(refused).to.include('() => undefined');
    expect(mutants.map(({ replacement }) => replacement)).to.include('""');
    expect(refused).to.not.include('""');
  });
});

describe('the score of mutants', () => {
  it('has a confidence interval', () => {
    expect(describeScore(scoreOf(verdicts(180, 200)))).to.equal(
      '90.0 % (180 of 200 mutants; 95 % confidence: 85.1 to 93.4 %)',
    );
    expect(scoreOf([])).to.deep.include({ percent: 100, interval: [0, 100] });
  });

  it('is below a minimum only where so few are noticed that chance does not explain it', () => {
    for (const [noticed, total, expected] of [
      ...[[0, 0, false] as const, [0, 1, false] as const, [7, 10, false] as const, [6, 10, true] as const],
      ...[[81, 100, false] as const, [80, 100, true] as const, [900, 1000, false] as const],
    ])
      expect(isBelow(scoreOf(verdicts(noticed, total)), 90), `${noticed} of ${total}`).to.equal(expected);
  });
});
