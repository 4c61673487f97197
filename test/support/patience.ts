// Times of tests that run on a busy machine, in milliseconds.

/** Limit of an operation that succeeds: it is never reached, however slow the machine is. */
export const PATIENCE = 120_000;

/** Limit of an operation that a test waits for in vain: longer than a process stands still between two of its steps. */
export const STANDSTILL = 2_000;
