/** Child side of spawn-rx: prints a line for each message. */
import { Answers } from './answers';

for (const answer of new Answers().to(JSON.parse(process.argv[2] ?? ''))) console.log(JSON.stringify(answer));
