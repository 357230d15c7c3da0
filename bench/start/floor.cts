/** The floor: gets a URL by message, imports it, and answers. */
process.once('message', (url: string) => {
  void import(url).then(module => {
    process.send?.(module.here ?? module.default.here, () => process.disconnect());
  });
});
