/** Parent side: writes to stderr. Does not fail if the reader of stderr has gone. */
export function writeStderr(text: string): void {
  const { stderr } = process;
  stderr.write(text, error => {
    // As console does: the stream emits 'error' after this callback, which would end the parent without a listener.
    if (error && stderr.listenerCount('error') === 0) stderr.once('error', () => {});
  });
}
