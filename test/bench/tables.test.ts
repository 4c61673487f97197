import { expect } from 'chai';
import { describe, it } from 'mocha';
import { changeText, countText, percentText, ratioText, table } from '../../scripts/bench/format.ts';
import type { Figures, Measured } from '../../scripts/bench/measure.ts';
import type { RowResult } from '../../scripts/bench/report.ts';
import {
  comparisonTable,
  costTable,
  explainedTable,
  largeTable,
  peerTable,
  processTable,
  profileTable,
  rowsTable,
  verdict,
} from '../../scripts/bench/tables.ts';

const measured = (ratio: number, figures: Partial<Figures> = {}): Measured => ({
  ...{ ratio, ratios: [ratio, ratio * 2, ratio / 2] },
  figures: {
    ...{ requestsPerSecond: 20_000, p50: 1.25, p99: 14.4, processorTime: 42.4, databaseTime: null },
    ...{ statements: null, commits: 0, wal: 0, calls: 0 },
    ...figures,
  },
});

const row = (name: string, ratio: number, figures: Partial<Figures> = {}): RowResult => ({
  ...{ name, connections: 32, logLevel: 'INFO', ours: measured(ratio, figures), peer: null },
  reference: measured(1, { requestsPerSecond: 40_000, processorTime: 10 }),
});

const failed = (name: string, error: string): RowResult => ({ ...row(name, 1), ours: { error } });

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

  it('escapes what would end a cell', () => {
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

  it('shows counts and parts of a processor with one digit behind the point', () => {
    expect([2, 1.96, 0.04, null].map(countText)).to.deep.equal(['2', '2', '0', '-']);
    expect([0.002, 0.0149, null].map(percentText)).to.deep.equal(['0.2%', '1.5%', '-']);
  });
});

describe('the table of rows', () => {
  it("shows the ratio beside the original's", () => {
    expect(cellsOf(rowsTable([row('compose', 0.02)], true))).to.deep.equal([
      [
        ...['POST /compose', '32', '0.02', '0.01–0.04', '0.025', '0.80', '1.00', 'not met, behind'],
        ...['1.3 / 14', '28 / 63', '1.3 / 14'],
      ],
    ]);
  });

  it('has no verdict of rows that were not measured as the original was', () => {
    const targets = (rows: readonly RowResult[], comparable: boolean) =>
      cellsOf(rowsTable(rows, comparable)).map((cells) => cells.slice(4, 8));
    const none = ['-', '-', '-', '-'];
    expect(targets([row('compose', 0.02)], false)).to.deep.equal([none]);
    expect(targets([{ ...row('compose', 0.02), logLevel: 'ERROR' }], true)).to.deep.equal([none]);
    expect(targets([{ ...row('blueprints', 0.02), connections: 4 }], true)).to.deep.equal([none]);
    expect(targets([row('first-read', 0.02)], true)).to.deep.equal([none]);
  });

  it('names another level of the log', () => {
    expect(cellsOf(rowsTable([{ ...row('version', 1), logLevel: 'ERROR' }], true))[0]?.[0]).to.equal(
      'GET /version (ERROR)',
    );
  });

  it('shows why a row has no figures', () => {
    const [cells = []] = cellsOf(rowsTable([failed('version', '3 responses were not 2xx')], true));
    expect(cells.slice(0, 4)).to.deep.equal(['GET /version', '32', 'error: 3 responses were not 2xx', '-']);
  });
});

describe('a target', () => {
  it('is met from exactly its multiple of the original on', () => {
    expect([verdict(1.5, 1.5), verdict(0.7, 0.7)]).to.deep.equal(['met', 'met']);
  });

  it('that is not met is ahead from the original on, and behind below it', () => {
    expect([1.49, 1, 0.99].map((times) => verdict(times, 1.5))).to.deep.equal([
      ...['not met, ahead', 'not met, ahead', 'not met, behind'],
    ]);
  });

  it('has no verdict where there is none', () => {
    expect(verdict(2, undefined)).to.equal('-');
  });
});

describe('the table of costs', () => {
  it('shows what a request takes of service, database and composer', () => {
    const figures = { processorTime: 900, databaseTime: 600, statements: 3.04, commits: 2, wal: 4_321, calls: 1 };
    expect(cellsOf(costTable([row('compose', 0.02, figures)]))).to.deep.equal([
      ['POST /compose', '32', '20,000', '900', '600', '150.0', '655 + 597', '3', '2', '4,321', '1'],
    ]);
  });
});

describe('the table of a peer', () => {
  it('shows both sides of the same rounds', () => {
    const rows = [{ ...row('compose', 0.02), peer: measured(0.04, { p50: 3, processorTime: 80, databaseTime: 9 }) }];
    expect(cellsOf(peerTable(rows))).to.deep.equal([
      ['POST /compose', '32', '0.50', '0.04', '1.3 / 14', '3.0 / 14', '42', '80', '-', '9'],
    ]);
  });

  it('shows why the peer has no figures, and leaves out rows without one', () => {
    const rows = [{ ...row('compose', 0.02), peer: { error: 'no response came' } }, row('version', 1)];
    const cells = cellsOf(peerTable(rows));
    expect(cells).to.have.length(1);
    expect(cells[0]?.slice(2, 4)).to.deep.equal(['-', 'error: no response came']);
  });
});

describe('the table of the process', () => {
  const megabyte = 1024 * 1024;
  const memory = (resident: number, peak: number) => ({
    before: { resident: 80 * megabyte, peak: 80 * megabyte },
    after: { resident: resident * megabyte, peak: peak * megabyte },
  });

  it('compares the median start and the memory after the load with their targets', () => {
    const rows = cellsOf(processTable({ starts: [400, 900, 450], memory: memory(149, 300), idle: [] }));
    expect(rows.map((cells) => cells.slice(-2))).to.deep.equal([
      ...[
        ['0.45 s', 'met'],
        ['80 MB', '-'],
        ['149 MB', 'met'],
        ['300 MB', '-'],
      ],
    ]);
    expect(rows[0]?.[0]).to.contain('0.40, 0.90, 0.45');
  });

  it('shows what is not met', () => {
    const rows = cellsOf(processTable({ starts: [500], memory: memory(150, 150), idle: [] }));
    expect(rows.map((cells) => cells.at(-1))).to.deep.equal(['not met', '-', 'not met', '-']);
  });

  it('shows what an idle process costs', () => {
    const idle = [{ name: 'ours', seconds: 10, statements: 0.5, commits: 0, service: 0.004, database: null }] as const;
    const rows = cellsOf(processTable({ starts: [1], memory: null, idle }));
    expect(rows.slice(1).map((cells) => cells.slice(-2))).to.deep.equal([
      ...[
        ['0.5', 'met'],
        ['0', '-'],
        ['0.4%', 'not met'],
        ['-', '-'],
      ],
    ]);
  });
});

describe('the table of a large tenant', () => {
  it('shows how many times slower than a small one it is, and whether it is fast enough', () => {
    const rows = [row('composes', 0.5), row('composes-deep', 0.5, { p99: 151, databaseTime: 30 })];
    expect(cellsOf(largeTable({ rows })).map((cells) => cells.slice(1, 9))).to.deep.equal([
      ['40,000', '1.3 / 14', '20,000', '1.3 / 14', '2.00', '1.5', 'met', '-'],
      ['40,000', '1.3 / 14', '20,000', '1.3 / 151', '2.00', '10', 'not met', '30'],
    ]);
  });

  it('shows why a row has no figures', () => {
    const [cells = []] = cellsOf(largeTable({ rows: [failed('compose', 'no response came')] }));
    expect(cells.slice(0, 4)).to.deep.equal(['POST /compose', '40,000', '1.3 / 14', 'error: no response came']);
    expect(cells).to.have.length(10);
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
    const before = [row('version', 0.25, { processorTime: 80 })];
    const now = [row('version', 0.5, { processorTime: 40, databaseTime: 3 })];
    expect(cellsOf(comparisonTable(before, now))).to.deep.equal([
      ['GET /version', '32', '0.25', '0.5', '+100%', '80', '40', '-', '3'],
    ]);
  });

  it('leaves out rows that only one run has, and those without figures', () => {
    const failure = failed('compose', 'no response came');
    const before = [row('version', 0.25), { ...row('openapi', 1), connections: 4 }, failure];
    expect(cellsOf(comparisonTable(before, [row('compose', 1), row('openapi', 1)]))).to.deep.equal([]);
    expect(cellsOf(comparisonTable([row('compose', 1)], [failure]))).to.deep.equal([]);
  });
});
