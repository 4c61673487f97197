import { expect } from 'chai';
import { describe, it } from 'mocha';
import { changeText, ratioText, table } from '../../scripts/bench/format.ts';
import type { Comparison, Figures, RowResult } from '../../scripts/bench/measure.ts';
import {
  comparisonTable,
  explainedTable,
  largeTable,
  processTable,
  profileTable,
  rowsTable,
  verdict,
} from '../../scripts/bench/tables.ts';
import { ROWS } from '../../scripts/bench/targets.ts';

const figures = (figure: Partial<Figures> = {}): Figures => ({
  ...{ requestsPerSecond: 20_000, p50: 1.25, p99: 14.4, processorTime: 42.4, databaseTime: null },
  ...figure,
});

const comparison = (name: string, ratio: number, subject: Partial<Figures> = {}): Comparison => ({
  ...{ name, ratio, ratios: [ratio, ratio * 2, ratio / 2], processorRatio: ratio * 1.5 },
  ...{ subject: figures(subject), reference: figures({ requestsPerSecond: 40_000 }) },
});

/** The cells of a table's rows. */
const cellsOf = (markdown: string): readonly (readonly string[])[] =>
  markdown
    .trim()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('a table of the benchmark', () => {
  it('is markdown, with numbers on the right', () => {
    expect(table([{ title: 'a' }, { title: 'b', align: 'right' }], [['x', '1']])).to.equal(
      '| a | b |\n| --- | --: |\n| x | 1 |\n',
    );
  });

  it('keeps what would end a cell inside of it', () => {
    expect(table([{ title: 'a' }], [['x|y']])).to.contain('| x\\|y |');
  });

  it('is not made of rows that do not fit it', () => {
    expect(() => table([{ title: 'a' }], [['1', '2']])).to.throw('2 cells');
  });

  it('shows ratios with three digits, and no zeros behind them', () => {
    expect([0.5, 0.29649, 0.00461, 0.011].map(ratioText)).to.deep.equal(['0.5', '0.296', '0.00461', '0.011']);
  });

  it('shows changes with their sign', () => {
    expect([0.256, -0.1, 0, null].map(changeText)).to.deep.equal(['+26%', '-10%', '0%', '-']);
  });
});

describe('the table of rows', () => {
  it('shows the ratio beside target and original, and what it is made of', () => {
    expect(cellsOf(rowsTable({ rows: [comparison('blueprint', 0.2, { databaseTime: 80 })] }, 'wrk'))).to.deep.equal([
      [...['GET /blueprints/{id}', '0.18', '0.115', '0.2', '0.1–0.4', '0.3', 'met', '20,000', '1.3 / 14', '42', '80']],
    ]);
  });

  it('judges what wrk measured only: other generators take part of what the reference could do', () => {
    const verdicts = ['wrk', 'autocannon'].map(
      (generator) => cellsOf(rowsTable({ rows: [comparison('version', 0.6)] }, generator))[0]?.[6],
    );
    expect(verdicts).to.deep.equal(['met', '-']);
  });

  it('shows why a row has no figures', () => {
    const [row = []] = cellsOf(rowsTable({ rows: [{ name: 'version', error: '3 answers were not 2xx' }] }, 'wrk'));
    expect(row.slice(0, 5)).to.deep.equal(['GET /version', '0.5', '0.39', 'error: 3 answers were not 2xx', '-']);
  });

  it('has its own order, and leaves out what was not measured', () => {
    const rows = [comparison('compose', 0.02), comparison('version', 0.3)];
    expect(cellsOf(rowsTable({ rows }, 'wrk')).map(([request]) => request)).to.deep.equal([
      'GET /version',
      'POST /compose',
    ]);
  });

  it('has a place for every row that is measured', () => {
    const rows = ROWS.map(({ name }) => comparison(name, 0.1));
    expect(cellsOf(rowsTable({ rows }, 'wrk'))).to.have.length(ROWS.length);
  });
});

describe('a target', () => {
  const row = { target: 0.5, original: 0.3 };

  it('is met from exactly its ratio on', () => {
    expect([0.5, 0.6].map((ratio) => verdict(ratio, row))).to.deep.equal(['met', 'met']);
  });

  it('that is not met is told apart by a tenth above the original', () => {
    expect(verdict(0.34, row)).to.equal('not met, ahead');
    expect(verdict(0.32, row)).to.equal('not met, behind');
  });

  it('is told of no row that has none', () => {
    expect(verdict(0.1, { target: null, original: null })).to.equal('-');
  });
});

describe('the table of the process', () => {
  const megabyte = 1024 * 1024;
  const memory = (resident: number, peak: number) => ({
    before: { resident: 80 * megabyte, peak: 80 * megabyte },
    after: { resident: resident * megabyte, peak: peak * megabyte },
  });

  it('judges the median start and the memory after the load', () => {
    const rows = cellsOf(processTable({ starts: [400, 900, 450], memory: memory(149, 300) }));
    expect(rows.map((row) => row.slice(-2))).to.deep.equal([
      ['0.45 s', 'met'],
      ['80 MB', '-'],
      ['149 MB', 'met'],
      ['300 MB', '-'],
    ]);
    expect(rows[0]?.[0]).to.contain('0.40, 0.90, 0.45');
  });

  it('says what is not met', () => {
    const rows = cellsOf(processTable({ starts: [500], memory: memory(150, 150) }));
    expect(rows.map((row) => row.at(-1))).to.deep.equal(['not met', '-', 'not met', '-']);
  });

  it('has no memory where the system tells none', () => {
    expect(cellsOf(processTable({ starts: [1], memory: null }))).to.have.length(1);
  });
});

describe('the table of a large tenant', () => {
  it('shows how many times slower than a small one it is', () => {
    const rows = [comparison('composes', 0.5), comparison('composes-deep', 0.5)];
    expect(cellsOf(largeTable({ rows })).map((row) => row.slice(1, 7))).to.deep.equal([
      ['40,000', '20,000', '1.3 / 14', '2.00', '1.5', 'not met'],
      ['40,000', '20,000', '1.3 / 14', '2.00', '10', 'met'],
    ]);
  });

  it('shows why a row has no figures', () => {
    const [row = []] = cellsOf(largeTable({ rows: [{ name: 'compose', error: 'nothing was answered' }] }));
    expect(row.slice(0, 2)).to.deep.equal(['POST /compose', 'error: nothing was answered']);
    expect(row).to.have.length(8);
  });
});

describe('the table of what PostgreSQL does', () => {
  it('adds up what ran, and leaves out the call around a function', () => {
    const plan = (duration: number, pages: number, ...accesses: { way: string; rows: number }[]) => ({
      ...{ duration, pages, accesses },
    });
    const markdown = explainedTable([
      {
        ...{ request: 'POST /compose', statements: ['SELECT reserve_builds($1)', 'INSERT'] },
        plans: [
          plan(2, 20, { way: 'Index Scan a', rows: 1_500 }, { way: 'Index Scan unused', rows: 0 }),
          plan(3, 25),
          plan(1, 5, { way: 'Seq Scan b', rows: 2 }),
        ],
      },
    ]);
    expect(cellsOf(markdown)).to.deep.equal([
      ['POST /compose', '2', '3.0', '25', '1,500 by Index Scan a; 2 by Seq Scan b'],
    ]);
  });
});

describe('the table of a profile', () => {
  it('has places and functions side by side, however many there are of each', () => {
    const markdown = profileTable({
      places: [{ what: 'pino', part: 0.5 }],
      functions: [
        { what: 'a', part: 0.25 },
        { what: 'b', part: 0.125 },
      ],
    });
    expect(cellsOf(markdown)).to.deep.equal([
      ['pino', '50.0%', 'a', '25.0%'],
      ['', '', 'b', '12.5%'],
    ]);
  });
});

describe('the comparison of two runs', () => {
  it('shows the change of every row', () => {
    const before = [comparison('version', 0.25, { processorTime: 80 })];
    const now = [comparison('version', 0.5, { processorTime: 40, databaseTime: 3 })];
    expect(cellsOf(comparisonTable(before, now))).to.deep.equal([
      ['GET /version', '0.25', '0.5', '+100%', '0.375', '0.75', '+100%', '80', '40', '-', '3'],
    ]);
  });

  it('leaves out rows that only one run has, and those without figures', () => {
    const failure: RowResult = { name: 'compose', error: 'nothing was answered' };
    const before = [comparison('version', 0.25), failure];
    expect(cellsOf(comparisonTable(before, [comparison('compose', 1), comparison('openapi', 1)]))).to.deep.equal([]);
    expect(cellsOf(comparisonTable([comparison('compose', 1)], [failure]))).to.deep.equal([]);
  });
});
