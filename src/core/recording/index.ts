// Recorded series: CSV files that people replay, with the place of everything wrong in them.
export { type Gap, gapsIn, instantAt, type RecordedRow, type Recording, readRecording } from './recording.ts';
