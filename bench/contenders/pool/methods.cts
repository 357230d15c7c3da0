/** The module that tinypool, piscina and jest-worker load: the work, a method each. */
import { work } from './work';

module.exports = work;
