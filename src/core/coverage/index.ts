// What is watched by what, and what by nothing: services, sites, integrations, components and backups of a declared estate.
export {
  type CoverageItem,
  coverageFindings,
  coverageOf,
  type Subject,
  subjects,
  type Watch,
  watches,
} from './coverage.ts';
