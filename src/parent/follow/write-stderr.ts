/** Parent side: says something on stderr, and lives where nobody is left to read it. */
export function writeStderr(text: string): void {
  const { stderr } = process;
  stderr.write(text, error => {
    // As console does it: the stream's 'error' comes after this, and with no listener would be the parent's end.
    if (error && stderr.listenerCount('error') === 0) stderr.once('error', () => {});
  });
}
