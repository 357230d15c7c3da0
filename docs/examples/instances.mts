import { Subprocess } from 'offspring-rx';

export class Render extends Subprocess {
  override run() {}
}

Subprocess.instances$.subscribe(tasks => console.log(tasks.map(task => task.constructor.name)));
await new Render().wait();
// prints: []
// prints: [ 'Render' ]
// prints: []
