/** Both sides: keeps Node from reporting a promise as unhandled, because its rejection is reported elsewhere. */
export function markHandled(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => {});
}
