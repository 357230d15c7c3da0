import { SubprocessLoop } from 'offspring-rx';

export class Mailer extends SubprocessLoop {
  override begin() {
    console.log('the connection is open');
  }

  override loop() {
    // sends what is due
    return 1_000;
  }

  override end() {
    console.log('the connection is closed');
  }
}
