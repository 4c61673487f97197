import type { CommonQueryMethods } from 'slonik';
import type { FairSlots } from '../lib/fair-slots.ts';
import type { Holder } from '../lib/organization-use.ts';
import { endSpan, startLeaf, tracing } from '../lib/tracing.ts';

/** Runs a statement or a transaction on a pool. */
export type RunOnPool = <T>(work: (db: CommonQueryMethods) => Promise<T>) => Promise<T>;

export interface SlottedQueriesOptions {
  readonly slots: FairSlots;
  /** The organization whose slots the statements take, `null` for the service itself. */
  readonly holder: Holder;
  /** Throws when a statement that has waited for its slot must not run any more. */
  readonly refuseLate: () => void;
}

/**
 * The methods of a pool. Every statement and every transaction takes a slot, which is a connection of the pool: a call that makes
 * several statements holds none in between, nor while it waits for a batch.
 */
export class SlottedQueries implements CommonQueryMethods {
  readonly #runOnPool: RunOnPool;
  readonly #options: SlottedQueriesOptions;
  #waiting = 0;
  #hasStarted = false;

  constructor(runOnPool: RunOnPool, options: SlottedQueriesOptions) {
    this.#runOnPool = runOnPool;
    this.#options = options;
  }

  /** Whether a statement waits for its slot. */
  get isWaiting(): boolean {
    return this.#waiting > 0;
  }

  /** Whether a statement had its slot. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  readonly any: CommonQueryMethods['any'] = (query) => this.#run((db) => db.any(query));
  readonly anyFirst: CommonQueryMethods['anyFirst'] = (query) => this.#run((db) => db.anyFirst(query));
  readonly exists: CommonQueryMethods['exists'] = (query) => this.#run((db) => db.exists(query));
  readonly many: CommonQueryMethods['many'] = (query) => this.#run((db) => db.many(query));
  readonly manyFirst: CommonQueryMethods['manyFirst'] = (query) => this.#run((db) => db.manyFirst(query));
  readonly maybeOne: CommonQueryMethods['maybeOne'] = (query) => this.#run((db) => db.maybeOne(query));
  readonly maybeOneFirst: CommonQueryMethods['maybeOneFirst'] = (query) => this.#run((db) => db.maybeOneFirst(query));
  readonly one: CommonQueryMethods['one'] = (query) => this.#run((db) => db.one(query));
  readonly oneFirst: CommonQueryMethods['oneFirst'] = (query) => this.#run((db) => db.oneFirst(query));
  readonly query: CommonQueryMethods['query'] = (query) => this.#run((db) => db.query(query));
  readonly record: CommonQueryMethods['record'] = (query) => this.#run((db) => db.record(query));
  readonly stream: CommonQueryMethods['stream'] = (query, handler) => this.#run((db) => db.stream(query, handler));
  readonly transaction: CommonQueryMethods['transaction'] = (handler, retries) =>
    this.#run((db) => db.transaction(handler, retries));

  #run<T>(statement: (db: CommonQueryMethods) => Promise<T>): Promise<T> {
    const { slots, holder, refuseLate } = this.#options;
    const run = (): Promise<T> => {
      this.#hasStarted = true;
      return this.#runOnPool(statement);
    };
    if (slots.hasSlot(holder)) return slots.run(holder, run);
    this.#waiting += 1;
    const wait = tracing.on ? startLeaf('wait for a connection') : null;
    const result = slots.run(holder, () => {
      if (wait) endSpan(wait);
      this.#waiting -= 1;
      refuseLate();
      return run();
    });
    if (wait) result.catch((error: unknown) => endSpan(wait, error));
    return result;
  }
}
