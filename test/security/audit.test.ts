import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseAllowList } from '../../scripts/audit/allow-list.ts';
import { evaluate } from '../../scripts/audit/evaluate.ts';
import { readReport, type Advisory } from '../../scripts/audit/report.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const ID = 'GHSA-aaaa-bbbb-cccc';
const REASON = 'the function is never called';

const advisory = (more: Partial<Advisory> = {}): Advisory => ({
  ...{ id: ID, name: 'left-pad', severity: 'high', title: 'Pads too far', range: '<2.0.0' },
  ...more,
});

describe('the report of npm audit', () => {
  it('has every advisory once, with its package, however many packages depend on that', () => {
    const via = {
      source: 1,
      name: 'left-pad',
      title: 'Pads too far',
      url: `https://example.test/advisories/${ID}`,
      severity: 'high',
      range: '<2.0.0',
    };
    const text = JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: {
        'left-pad': { name: 'left-pad', severity: 'high', via: [via] },
        padding: { name: 'padding', severity: 'high', via: ['left-pad', via] },
      },
    });
    expect(readReport(text)).to.deep.equal({ kind: 'advisories', advisories: [advisory()] });
  });

  it('takes an unknown severity for the worst', () => {
    const vulnerabilities = { x: { via: [{ url: 'https://example.test/1', severity: 'apocalyptic' }] } };
    const report = readReport(JSON.stringify({ vulnerabilities }));
    expect(report).to.have.nested.property('advisories[0].severity', 'critical');
    expect(report).to.have.nested.property('advisories[0].id', 'https://example.test/1');
  });

  it('may have nothing in it', () => {
    expect(readReport('{"auditReportVersion":2,"vulnerabilities":{}}')).to.deep.equal({
      kind: 'advisories',
      advisories: [],
    });
  });

  for (const [what, kind, output] of [
    [
      'the registry has no such endpoint',
      'unavailable',
      { message: '405 - POST https://r.test', statusCode: 405, error: {} },
    ],
    ['the registry wants a login', 'unavailable', { statusCode: 401 }],
    ['the registry is broken', 'unavailable', { statusCode: 503 }],
    ['the registry is not found', 'unavailable', { message: 'x', error: { code: 'ENOTFOUND' } }],
    ['the connection is refused', 'unavailable', { error: { code: 'ECONNREFUSED' } }],
    ['the certificate is not trusted', 'unavailable', { error: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } }],
    ['the question was wrong', 'broken', { statusCode: 400 }],
    ['there is no lockfile', 'broken', { error: { code: 'ENOLOCK', summary: 'no lockfile' } }],
    ['it is of another shape', 'broken', { advisories: [] }],
    ['it is a list', 'broken', []],
  ] as const) {
    it(`is "${kind}" without an address when ${what}`, () => {
      const report = readReport(JSON.stringify(output));
      expect(report.kind).to.equal(kind);
      expect(JSON.stringify(report)).not.to.contain('r.test');
    });
  }

  it('is "broken" when it is no JSON', () => {
    expect(readReport('npm error').kind).to.equal('broken');
    expect(readReport('').kind).to.equal('broken');
  });
});

describe('the evaluation of advisories', () => {
  const allowed = (expires: string) => [{ id: ID, reason: REASON, expires }];

  it('fails for advisories of the severity and worse, the worst first', () => {
    const list = [
      advisory({ severity: 'moderate', id: 'a' }),
      advisory({ severity: 'critical', id: 'b' }),
      advisory({ severity: 'low', id: 'c' }),
    ];
    const { lines, failures } = evaluate(list, [], 'moderate', NOW);
    expect(failures).to.equal(2);
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).to.deep.equal([
      'FAIL critical',
      'FAIL moderate',
      'mild low',
    ]);
    expect(evaluate(list, [], 'high', NOW).failures).to.equal(1);
  });

  it('passes where there are none', () => {
    expect(evaluate([], [], 'info', NOW)).to.deep.equal({ lines: [], failures: 0 });
  });

  it('accepts what is allowed until the end of the day, with the reason', () => {
    const { lines, failures } = evaluate([advisory()], allowed('2026-03-01'), 'low', NOW);
    expect(failures).to.equal(0);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain('2026-03-01').and.to.contain(REASON);
  });

  it('fails from the next day on', () => {
    const { lines, failures } = evaluate([advisory()], allowed('2026-02-28'), 'low', NOW);
    expect([failures, lines.length]).to.deep.equal([1, 1]);
    expect(lines[0]).to.match(/^FAIL .*allowed until 2026-02-28$/);
  });

  it('fails for an accepted advisory that no package has', () => {
    const { lines, failures } = evaluate([], allowed('2026-04-01'), 'low', NOW);
    expect(failures).to.equal(1);
    expect(lines[0]).to.contain(ID);
  });
});

describe('the list of accepted advisories', () => {
  const entry = { id: ID, reason: REASON, expires: '2026-05-01' };

  it('has entries with a reason and an end', () => {
    expect(parseAllowList(JSON.stringify([entry]), NOW)).to.deep.equal([entry]);
    expect(parseAllowList('[]', NOW)).to.deep.equal([]);
  });

  for (const [what, list, problem] of [
    ['without id', [{ ...entry, id: undefined }], 'entry 1: id'],
    ['without reason', [entry, { ...entry, reason: 'no' }], 'entry 2: reason'],
    ['without end', [{ ...entry, expires: undefined }], 'entry 1: expires: must be a day'],
    ['with a day that there is not', [{ ...entry, expires: '2026-02-30' }], 'entry 1: expires: must be a day'],
    [
      'with an end that is too far away',
      [{ ...entry, expires: '2027-01-01' }],
      'entry 1: expires: must be within 180 days',
    ],
    ['with a member too many', [{ ...entry, severity: 'low' }], 'entry 1: severity: is not known'],
    ['that is null', [null], 'entry 1: id'],
  ] as const) {
    it(`is refused with an entry ${what}`, () => {
      expect(() => parseAllowList(JSON.stringify(list), NOW)).to.throw(problem);
    });
  }

  it('is refused when it is no list, or not JSON', () => {
    expect(() => parseAllowList('{}', NOW)).to.throw('must be a list');
    expect(() => parseAllowList('[', NOW)).to.throw('is not JSON');
  });
});
