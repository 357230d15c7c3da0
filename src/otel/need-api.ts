/** Both sides: throws if the API of OpenTelemetry is missing. It is imported before all that needs it. */
import type * as Library from '../index';

try {
  require('@opentelemetry/api');
} catch (cause) {
  const { StateError } = require('../index') as typeof Library;
  const name = 'offspring-rx/otel';
  throw new StateError(`${name} needs the package @opentelemetry/api: npm install @opentelemetry/api`, {
    subprocess: name,
    cause,
  });
}
