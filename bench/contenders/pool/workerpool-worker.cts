/** The script that workerpool runs: it registers the work. */
import { requirePeer } from '../../suite/peer';
import { work } from './work';

requirePeer<{ worker(methods: object): void }>('workerpool').worker(work);
