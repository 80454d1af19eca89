/** Everything that a lesson page does by itself, in one request. */
import './lesson-done.ts';
import './predictions.ts';
import './progress-marks.ts';
import './quiz.ts';
import './terms.ts';
