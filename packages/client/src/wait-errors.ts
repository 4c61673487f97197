import type { components } from './contract.ts';

type ComposeStatus = components['schemas']['ComposeStatus'];

/** The build ended, without an image. The message is the reason that the service gives. */
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

/** The build had not ended when the time was over. It goes on: waiting again continues. */
export class ComposeTimeout extends Error {
  override readonly name = 'ComposeTimeout';
  readonly composeId: string;
  /** What was known last; `null` when nothing was. */
  readonly status: ComposeStatus | null;
  constructor(composeId: string, status: ComposeStatus | null) {
    super(`the build had not ended in time; it was ${status?.image_status.status ?? 'never answered for'}`);
    this.composeId = composeId;
    this.status = status;
  }
}
