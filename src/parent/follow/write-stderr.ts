/** Parent side: writes to stderr or stdout. Does not fail if the reader has gone. */

export const writeStderr = (text: string): void => writeTo(process.stderr, text);

export function writeTo(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text, error => {
    // As console does: the stream emits 'error' after this callback, which would end the parent without a listener.
    if (error && stream.listenerCount('error') === 0) stream.once('error', () => {});
  });
}
