/** Both sides: records spans and metrics with all defaults, for `--import offspring-rx/otel/register`. */
import { instrument } from './instrument';

instrument();
