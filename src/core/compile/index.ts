// The declared estate to what its platforms run. What watches it is apart, in prometheus/: its libraries are large, and
// most commands need only this.
export * from './compose/index.ts';
export * from './host/index.ts';
