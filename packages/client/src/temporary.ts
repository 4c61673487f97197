/** Whether the same request may well be answered later. */
export const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500;
