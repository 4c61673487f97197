import type { components } from './contract.ts';

type ComposeStatus = components['schemas']['ComposeStatus'];

/** The compose failed. The message is the service's reason. */
export class ComposeFailed extends Error {
  override readonly name = 'ComposeFailed';
  readonly composeId: string;
  readonly status: ComposeStatus;
  constructor(composeId: string, status: ComposeStatus) {
    super(status.image_status.error?.reason ?? 'the build failed');
    this.composeId = composeId;
    this.status = status;
  }
}

/** The compose had not completed within the time limit. It continues, and the caller can wait again. */
export class ComposeTimeout extends Error {
  override readonly name = 'ComposeTimeout';
  readonly composeId: string;
  /** The last status received; `null` before the first one. */
  readonly status: ComposeStatus | null;
  constructor(composeId: string, status: ComposeStatus | null) {
    super(`the compose had not completed in time; its last status was ${status?.image_status.status ?? 'unknown'}`);
    this.composeId = composeId;
    this.status = status;
  }
}
