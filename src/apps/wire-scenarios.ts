// Apart from wire-fake.ts: the help of the command line names the scenarios without playing one.
export { scenarioNames, scenarios } from '../adapters/fake/scenarios.ts';
