import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseActivity } from '../../scripts/bench/postgres-log.ts';

const STAMP = '2026-03-01 12:30:00.123 UTC [4242] ';

/** An entry as the server writes it: lines after the first begin with a tab. */
const entry = (text: string): string => `${STAMP}${text.replaceAll('\n', '\n\t')}\n`;

const planned = (plan: object, duration = '1.500'): string =>
  entry(`LOG:  duration: ${duration} ms  plan:\n${JSON.stringify({ 'Query Text': 'SELECT\n1', Plan: plan }, null, 2)}`);

const page = {
  ...{ 'Node Type': 'Limit', 'Actual Rows': 10, 'Actual Loops': 1 },
  ...{ 'Shared Hit Blocks': 12, 'Shared Read Blocks': 3 },
  Plans: [
    {
      ...{ 'Node Type': 'Index Scan', 'Index Name': 'blueprints_pkey', 'Relation Name': 'blueprints' },
      ...{ 'Actual Rows': 1, 'Actual Loops': 10, 'Rows Removed by Filter': 2 },
    },
    { 'Node Type': 'Seq Scan', 'Relation Name': 'composes', 'Actual Rows': 7, 'Actual Loops': 1 },
  ],
};

describe("PostgreSQL's log", () => {
  it('has the statements that clients sent, in order and whole', () => {
    const log = [
      entry('LOG:  statement: BEGIN'),
      entry('LOG:  execute <unnamed>: \n    SELECT job_id\n    FROM composes'),
      entry("DETAIL:  Parameters: $1 = 'execute me: no'"),
      entry('LOG:  execute page: SELECT 1'),
      entry('LOG:  checkpoint starting: time'),
    ].join('');
    expect(parseActivity(log).statements).to.deep.equal(['BEGIN', 'SELECT job_id\n    FROM composes', 'SELECT 1']);
  });

  it('has the plans of what ran, with time and pages', () => {
    const { plans } = parseActivity(planned(page) + entry('LOG:  statement: BEGIN') + planned(page, '0.250'));
    expect(plans.map(({ duration, pages }) => [duration, pages])).to.deep.equal([
      [1.5, 15],
      [0.25, 15],
    ]);
  });

  it('has the access paths of tables: rows of all loops, filtered ones included', () => {
    expect(parseActivity(planned(page)).plans[0]?.accesses).to.deep.equal([
      { way: 'Index Scan blueprints_pkey', rows: 30 },
      { way: 'Seq Scan composes', rows: 7 },
    ]);
  });

  it('has a bitmap scan once, with its index', () => {
    const bitmap = {
      ...{ 'Node Type': 'Bitmap Heap Scan', 'Relation Name': 'blueprints', 'Actual Rows': 4, 'Actual Loops': 1 },
      Plans: [{ 'Node Type': 'Bitmap Index Scan', 'Index Name': 'blueprints_org_id_idx', 'Actual Rows': 4 }],
    };
    expect(parseActivity(planned(bitmap)).plans[0]?.accesses).to.deep.equal([
      { way: 'Bitmap Scan blueprints_org_id_idx', rows: 4 },
    ]);
  });

  it('has no access path for a written table', () => {
    const insert = { 'Node Type': 'ModifyTable', 'Relation Name': 'composes', Plans: [{ 'Node Type': 'Result' }] };
    expect(parseActivity(planned(insert)).plans[0]?.accesses).to.deep.equal([]);
  });

  it('may be empty', () => {
    expect(parseActivity('')).to.deep.equal({ statements: [], plans: [] });
  });
});
