// Compiles an environment to a Compose project on the official images.
export { type ComposeEnvironment, type ComposeFile, compileCompose, passwordVariable } from './compose.ts';
