import { supervise } from 'offspring-rx/supervise';
import { Mailer } from './mailer.js';

supervise(() => new Mailer(), { restart: 'always', intensity: { restarts: 5, period: 60_000 } }).subscribe({
  next: event => console.log(event.type, event.type === 'exited' ? event.exit.cause : ''),
  error: error => {
    console.error(String(error)); // too many failures: end, and let systemd or the container start all anew
    process.exitCode = 1;
  },
});
