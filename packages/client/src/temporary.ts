/** Whether the same request may succeed later. */
export const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500;
