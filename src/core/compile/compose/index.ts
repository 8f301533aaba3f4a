// Compiles an environment to a Compose project on the official images.
export {
  type ComposeDirectories,
  type ComposeEnvironment,
  type ComposeFile,
  compileCompose,
  composeImages,
  insideContainers,
  passwordVariable,
} from './compose.ts';
