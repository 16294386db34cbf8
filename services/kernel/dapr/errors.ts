/** The sidecar did not answer in time, or cannot be reached. Whether it did what was asked is not known. */
export class SidecarUnavailable extends Error {
  override readonly name = 'SidecarUnavailable';
  readonly code = 'sidecar_unavailable';
}

/** The sidecar answered with an error of its own, such as a component that is away. */
export class SidecarError extends Error {
  override readonly name = 'SidecarError';
  readonly status: number;
  /** Dapr's error code, such as ERR_STATE_SAVE. */
  readonly code: string;

  constructor(message: string, status: number, code: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** Another service answered an invocation with a problem. */
export class RemoteProblem extends Error {
  override readonly name = 'RemoteProblem';
  readonly status: number;
  readonly code: string;
  readonly detail: string;

  constructor(app: string, status: number, code: string, detail: string, options?: ErrorOptions) {
    super(`${app} answered ${String(status)} ${code}: ${detail}`, options);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** Whether trying again later may help: nothing was said about the request itself. */
export function isTransient(error: unknown): boolean {
  if (error instanceof SidecarUnavailable) return true;
  if (error instanceof SidecarError || error instanceof RemoteProblem) return error.status >= 500 || error.status === 429;
  return false;
}
