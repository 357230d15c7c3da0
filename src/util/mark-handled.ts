/** Both sides: for a promise whose failure is told elsewhere, so that Node need not report it as unhandled. */
export function markHandled(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => {});
}
