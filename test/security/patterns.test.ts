// Expressions that callers' texts are matched with need time that grows with the text and not with its square, or worse.
// Those of the source are judged by the linter; these are the ones it does not see.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { analyse } from 'scslre';
import { withoutTrailingSlash } from '../../src/domain/compose-requests/content-url.ts';
import { parseRequestJson } from '../../src/contract/json.ts';
import { parseDataSize } from '../../src/domain/compliance/data-size.ts';
import { redactText } from '../../src/domain/redaction/log-lines.ts';

const GENERATED = join(import.meta.dirname, '../../generated');

const documents = [
  'openapi.json',
  ...readdirSync(join(GENERATED, 'upstream'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => `upstream/${file}`),
];

const patternsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
        key === 'pattern' && typeof member === 'string' ? [member] : patternsIn(member),
      );

const patterns = documents.flatMap((file) =>
  [...new Set(patternsIn(JSON.parse(readFileSync(join(GENERATED, file), 'utf8'))))].map((pattern) => ({
    file,
    pattern,
  })),
);

/** Long texts that make an expression backtrack if it can: repetitions of its characters, with an end that does not match. */
const attacksOn = (pattern: string): string[] => {
  const known = [...new Set([...pattern.replaceAll(/\\./g, ''), ...'a0-._ /\n'])];
  const units = [...known, ...known.flatMap((a) => known.slice(0, 6).map((b) => a + b))];
  return units.flatMap((unit) => ['', 'a', '0'].map((start) => `${start}${unit.repeat(100_000 / unit.length)}!`));
};

/** Milliseconds for all attacks together. Linear expressions need less than a hundredth of that, others hours. */
const DEADLINE = 15_000;

const SCRIPT = new Script('for (const text of attacks) expression.test(text)');

const attack = (pattern: string, attacks = attacksOn(pattern), timeout = DEADLINE): void => {
  // ajv makes them so.
  SCRIPT.runInContext(createContext({ expression: new RegExp(pattern, 'u'), attacks }), { timeout });
};

describe('the expressions of the contracts', () => {
  it('are found', () => {
    expect(patterns.map(({ pattern }) => pattern)).to.include('^rhel\\d+$');
  });

  for (const { file, pattern } of patterns) {
    it(`${pattern} (${file}) cannot be made to backtrack`, () => {
      expect(analyse({ source: pattern, flags: 'u' }).reports).to.deep.equal([]);
      attack(pattern);
    });
  }

  it('would be found if they backtracked', () => {
    for (const pattern of ['^(a+)+$', '^a*a*$', '0+$']) {
      const { reports } = analyse({ source: pattern, flags: 'u' }, { reportTypes: { Move: true } });
      expect(reports, pattern).not.to.deep.equal([]);
    }
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a?b?)*$']) {
      expect(() => attack(pattern, [`${'ab'.repeat(50)}!`, `${'a'.repeat(100)}!`], 100), pattern).to.throw(/timed out/);
    }
  });
});

describe('what is done with long texts without an expression', () => {
  const LONG = 500_000;
  it('trims numbers that have very many zeros', () => {
    const { resolveNumbers } = parseRequestJson(`{"a":0.1${'0'.repeat(LONG)}1,"b":1${'0'.repeat(300)}}`);
    expect(resolveNumbers).to.throw('/a": the number cannot be kept exactly');
    expect(parseRequestJson(`[0.50${'0'.repeat(LONG)}]`).resolveNumbers()).to.deep.equal([0.5]);
  });

  it('trims addresses that have very many slashes', () => {
    const slashes = '/'.repeat(LONG);
    expect(withoutTrailingSlash(`https://a.test/${slashes}x`)).to.equal(`https://a.test/${slashes}x`);
    expect(withoutTrailingSlash(`https://a.test/x${slashes}`)).to.equal('https://a.test/x');
    expect(withoutTrailingSlash(slashes)).to.equal('');
  });

  it('reads sizes that have very many blanks', () => {
    expect(parseDataSize(`10${' '.repeat(LONG)}!`)).to.equal(null);
    expect(parseDataSize(`10${' '.repeat(LONG)}GiB${' '.repeat(LONG)}`)).to.equal(10 * 1024 ** 3);
    expect(parseDataSize(`${' '.repeat(LONG)}10${' '.repeat(LONG)}`)).to.equal(10);
  });

  it('redacts texts that have very many beginnings of a secret', () => {
    for (const part of ['"', '"... is not valid JSON', '$6$', '$2b$a', '..."', 'password "', 'Bearer eyJ']) {
      expect(redactText(`valid JSON ${part.repeat(50_000)}`)).to.be.a('string');
    }
  });
});
