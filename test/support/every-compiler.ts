/** Required by `npm run test:compilers`: test/compilers.test.ts tries each compiler, and not only some. */
process.env['OFFSPRING_TEST_COMPILERS'] = 'every';
