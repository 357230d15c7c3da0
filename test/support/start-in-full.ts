/** Required by .mocharc.all.json, before all else: `npm run test:long` runs the long tests in full. */
process.env['OFFSPRING_TEST_ALL'] = '1';
