import { expect } from 'chai';
import { describe, it } from 'mocha';
import { serverFaultOf } from '../../src/db/unavailable-reason.ts';

const failure = (code: string): Error =>
  new Error('a query failed', { cause: Object.assign(new Error('x'), { code }) });

describe('a fault of the database server', () => {
  for (const [code, fault] of [
    ['53100', 'disk'],
    ['58030', 'disk'],
    ['58P01', 'disk'],
    ['53200', 'memory'],
    ['XX001', 'corruption'],
    ['XX002', 'corruption'],
    ['25006', 'read_only'],
    ['XX000', null],
    ['53300', null],
    ['23505', null],
    ['ECONNREFUSED', null],
  ] as const) {
    it(`is ${fault} for ${code}`, () => {
      expect(serverFaultOf(failure(code))).to.equal(fault);
    });
  }

  it('is none of something that is no error', () => {
    expect(serverFaultOf('53100')).to.equal(null);
  });
});
