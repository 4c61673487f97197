import { expect } from 'chai';
import { describe, it } from 'mocha';
import { entityTag, matchesTag, revisionCondition } from '../../src/lib/response/etag.ts';

describe('the tag of a text', () => {
  it('is strong, the same for the same text, and different for others', () => {
    const tags = ['', 'a', 'b', 'ä', 'a\n'].map((text) => entityTag(text));
    for (const tag of tags) expect(tag).to.match(/^"[\w-]{27}"$/);
    expect(new Set(tags)).to.have.property('size', tags.length);
    expect(entityTag('a')).to.equal(tags[1]);
  });

  it('may begin with a revision', () => {
    expect(entityTag('a', '7')).to.equal(entityTag('a').replace('"', '"7-'));
  });

  it('is matched by itself in a list, weak or strong, and by a star', () => {
    for (const header of ['"a"', 'W/"a"', '"b", "a"', '"b","a"', ' "a" ', '*', '"b", *']) {
      expect(matchesTag(header, '"a"'), header).to.equal(true);
    }
    for (const header of [undefined, '', 'a', '"b"', '"ab"', 'w/"a"', '"a" "b"', ',']) {
      expect(matchesTag(header, '"a"'), String(header)).to.equal(false);
    }
  });
});

describe('a condition on revisions', () => {
  const holds = (header: string, revision: string): boolean | undefined => revisionCondition(header)?.(revision);

  it('is none without a header', () => {
    expect(revisionCondition(undefined)).to.equal(null);
  });

  it('takes those of the strong tags it names, whatever the rest of the tags', () => {
    for (const header of ['"3-abc"', '"3-x_-Y"', '"2-abc", "3-abc"', '"2-abc","3-abc"', '*', '"1-a", *']) {
      expect(holds(header, '3'), header).to.equal(true);
    }
  });

  it('takes no others', () => {
    for (const header of ['"2-abc"', 'W/"3-abc"', '"3"', '3', '3-abc', '"33-abc"', '"-3-abc"', '"3-"', '""', '', ',']) {
      expect(holds(header, '3'), header).to.equal(false);
    }
  });

  it('takes no revision for that of a tag without one', () => {
    expect(holds(entityTag('a'), 'undefined')).to.equal(false);
  });
});
