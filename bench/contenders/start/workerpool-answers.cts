/** The same for workerpool, whose scripts register what they offer. */
import { requirePeer } from '../../suite/peer';

const { worker } = requirePeer<{ worker(methods: object): void }>('workerpool');
worker({ answer: () => String(process.hrtime.bigint()) });
