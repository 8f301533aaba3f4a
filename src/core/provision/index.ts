// What bringing an environment up takes: the packages, the facts observed about the machine, and the plan.
export { browserPackages, hostPackages, odooPackage } from './packages.ts';
