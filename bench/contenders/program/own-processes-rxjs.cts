/** The same by a program that uses rxjs. */
require('rxjs');
require('./own-processes.cjs');
