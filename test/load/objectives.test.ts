import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { evaluate, OBJECTIVES, type Sample } from '../../scripts/load/objectives.ts';
import { MIX } from '../../scripts/load/mix.ts';

const read: Sample = { kind: 'read', name: 'GET /composes', at: 0, duration: 100, outcome: 200 };
const build: Sample = { kind: 'build', name: 'POST /compose', at: 0, duration: 1_000, outcome: 201 };

/** Names of the objectives that a hundred requests break, some of which are different. */
const brokenBy = (usual: Sample, different: Partial<Sample>, count: number): readonly string[] => {
  const samples = Array.from({ length: 100 }, (_, i) => (i < count ? { ...usual, ...different } : usual));
  return evaluate(samples)
    .filter(({ broken }) => broken)
    .map(({ objective }) => objective.name);
};

describe('the objectives of the load test', () => {
  const cases: readonly (readonly [what: string, usual: Sample, different: Partial<Sample>, broken: string[]])[] = [
    ['reads of 500 ms', read, { duration: 500 }, []],
    ['reads of more than 500 ms', read, { duration: 500.1 }, ['read-latency']],
    ['reads with a 500', read, { outcome: 500 }, ['read-latency']],
    ['reads with a 404', read, { outcome: 404 }, ['read-latency']],
    ['reads without a response', read, { outcome: 'ECONNRESET' }, ['read-latency']],
    ['builds of 4 s', build, { duration: 4_000 }, []],
    ['builds of more than 4 s', build, { duration: 4_000.1 }, ['compose-latency']],
    ['builds refused with 403', build, { outcome: 403 }, []],
    ['composes with a 500', build, { outcome: 500 }, ['compose-stability']],
    ['composes with a 503', build, { outcome: 503 }, ['compose-stability']],
    ['composes without a response', build, { outcome: 'timeout' }, ['compose-latency', 'compose-stability']],
  ];
  for (const [what, usual, different, broken] of cases) {
    it(`are ${broken.length === 0 ? 'met' : `broken (${broken.join(', ')})`} by 6 of 100 ${what}`, () => {
      expect(brokenBy(usual, different, 6)).to.deep.equal(broken);
    });
    it(`are met by 5 of 100 ${what}`, () => {
      expect(brokenBy(usual, different, 5)).to.deep.equal([]);
    });
  }

  it('are not broken without requests', () => {
    const evaluations = evaluate([read]);
    expect(evaluations.map(({ objective, requests, share }) => [objective.name, requests, share])).to.deep.equal([
      ['read-latency', 1, 1],
      ['compose-latency', 0, null],
      ['compose-stability', 0, null],
    ]);
    expect(evaluate([]).some(({ broken }) => broken)).to.equal(false);
  });
});

interface Rule {
  readonly record?: string;
  readonly expr: string;
  readonly labels?: { readonly slo?: string };
}

describe('the objectives of the load test and those of the alerts', () => {
  const file = join(import.meta.dirname, '../../deploy/prometheus/image-builder.rules.yml');
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  const expressionOf = (record: string, slo: string): string =>
    rules.find((rule) => rule.record === `image_builder:${record}` && rule.labels?.slo === slo)?.expr ?? '';

  it('are the same ones, with the same targets', () => {
    const budgets = rules
      .filter(({ record }) => record === 'image_builder:slo_budget:ratio')
      .map(({ expr, labels }) => [labels?.slo, 1 - Number(/vector\((.+)\)/.exec(expr)?.[1])]);
    expect(OBJECTIVES.map(({ name, target }) => [name, target])).to.have.deep.members(budgets);
  });

  it('have the same bounds on latency', () => {
    for (const { name, bound } of OBJECTIVES) {
      const [, le] = /le="([^"]+)"/.exec(expressionOf('slo_bad_events:total', name)) ?? [];
      expect(le === undefined ? null : Number(le) * 1000, name).to.equal(bound);
    }
  });

  it('are about the same requests', () => {
    const pathsOf = (slo: string): RegExp =>
      new RegExp(`^(?:${/path=~"([^"]+)"/.exec(expressionOf('slo_events:total', slo))?.[1]})$`);
    for (const { name, kind } of MIX) {
      const path = name
        .replace(/^\w+ /, '')
        .replace(/,.*/, '')
        .replaceAll(/\{([^}]+)\}/g, ':$1');
      const slo = kind === 'read' ? 'read-latency' : 'compose-latency';
      expect(`/api/image-builder/v1${path}`, name).to.match(pathsOf(slo));
    }
  });
});
