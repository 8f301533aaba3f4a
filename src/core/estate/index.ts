// The declared estate: schema, parsing with places, the resolved model, calendars and the dependency graph.
export type * from './model.ts';
