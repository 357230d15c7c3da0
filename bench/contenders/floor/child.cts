/** A bare child: gets a URL by message, imports it, and answers. */
process.once('message', (url: string) => {
  void import(url).then(module => {
    const leave = () => process.argv[2] === 'leaves' && process.disconnect();
    process.send?.(module.here ?? module.default.here, leave);
  });
  // It stays.
  process.on('message', () => {});
});
