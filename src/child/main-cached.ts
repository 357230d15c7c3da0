/** Child side: main, where Node keeps what it compiles for the next process, as it can from 22.8 on. */
import Module from 'node:module';

// https://nodejs.org/api/module.html#moduleenablecompilecachecachedir
(Module as { enableCompileCache?(): unknown }).enableCompileCache?.();
require('./main');
