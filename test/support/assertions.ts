// expect(reply).to.be.refused(404, 'compose entry not found'): the error envelope, whole.
import { use } from 'chai';
import type { Reply } from './client.ts';

declare global {
  // The only way to describe an assertion to the compiler.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Chai {
    interface Assertion {
      /**
       * An answer with that status whose body is the error list with one entry, titled with the status unless a title is given.
       * @param detail the whole text, or an expression it must match
       */
      refused(status: number, detail?: string | RegExp, title?: string): void;
    }
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

use(({ Assertion }) => {
  Assertion.addMethod('refused', function (status: number, detail?: string | RegExp, title = String(status)) {
    const reply = this._obj as Reply;
    const found = `${reply.status} ${reply.text.trim().slice(0, 500)}`;
    this.assert(reply.status === status, `expected a refusal with ${status}, got ${found}`, '', status, reply.status);
    const type = reply.headers['content-type'];
    this.assert(type === 'application/json', `expected a refusal in JSON, got ${type}: ${found}`, '', undefined);
    const body: unknown = reply.body;
    const entries = isObject(body) && Object.keys(body).join() === 'errors' ? body['errors'] : null;
    const [entry, ...others] = Array.isArray(entries) ? (entries as unknown[]) : [];
    const members = isObject(entry) ? Object.keys(entry).sort().join() : '';
    this.assert(
      members === 'detail,title' && others.length === 0,
      `expected an error list with one entry, got ${found}`,
      '',
      undefined,
    );
    const { title: actualTitle, detail: actual } = entry as { title: unknown; detail: unknown };
    this.assert(actualTitle === title, `expected the title ${title}, got ${found}`, '', title, actualTitle);
    if (detail === undefined) return;
    const matches = typeof detail === 'string' ? actual === detail : detail.test(String(actual));
    this.assert(matches, `expected the detail ${String(detail)}, got ${found}`, '', detail, actual);
  });
});
