/** Child side: `process.send` in a loop. */
import { item } from '../talk/answers';

process.once('message', (count: number) => {
  for (let index = 0; index < count; index++) process.send?.(item(index));
});
process.send?.('ready');
