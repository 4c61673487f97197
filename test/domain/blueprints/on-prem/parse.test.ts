import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { stringify } from 'smol-toml';
import { parseToml } from '../../../../src/domain/blueprints/on-prem/parse.ts';

const many = (unit: string): string => unit.repeat(20_000);

describe('parsing TOML', () => {
  for (const [what, text] of Object.entries({
    'array elements': `x = [${many('1,')}]`,
    'parts of a key': `${many('a.')}b = 1`,
    tables: many('[[x]]\n'),
    members: many('x = 1\n'),
    'members after a string that ends with an escaped backslash': `s = "a\\\\"\n${many('x = 1\n')}`,
    'members after a text with escaped quotes': `s = """ \\""" ''' """\n${many('x = 1\n')}# '''`,
    'members after an apostrophe in a comment': `# it's\n${many('x = 1\n')}`,
  })) {
    it(`refuses too many ${what} before it parses them`, () => {
      expect(() => parseToml(text)).to.throw('the request body has more than 15000 values');
    });
  }

  it('counts nothing in strings and comments', () => {
    const noise = many('=,.[{');
    const text = `a = "${noise}"\nb = '${noise}'\nc = """\n${noise}"""\nd = '''\n${noise}'''\n# ${noise}\n`;
    expect(parseToml(text)).to.deep.equal({ a: noise, b: noise, c: noise, d: noise });
  });

  it('counts nothing of any text that is written as a string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const document = { text, noise: many('=') };
        expect(parseToml(stringify(document))).to.deep.equal(document);
      }),
    );
  });
});
