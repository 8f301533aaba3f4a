// The declared estate to artefacts, one folder per platform or tool.
export * from './compose/index.ts';
export * from './host/index.ts';
export * from './prometheus/index.ts';
