import { Fault } from '../../core/kernel/index.ts';
import type { StepContext } from '../../ports/host.ts';
import type { Docker } from './docker.ts';

/** Which of the images the engine lacks. */
export async function missingImages(docker: Docker, images: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    images.map((image) =>
      docker.run(['image', 'inspect', '--format', '{{.Id}}', image], { timeoutSeconds: 30 }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Fault && error.code === 'COMMAND_FAILED') return false;
          throw error;
        },
      ),
    ),
  );
  return images.filter((_, index) => found[index] !== true);
}

/** `4f4fb700ef54: Pull complete`: a layer is there. Every layer says first that it is coming. */
function createLayerCount() {
  const coming = new Set<string>();
  const there = new Set<string>();
  return (line: string): number | undefined => {
    const [, layer, what] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? [];
    if (layer === undefined || what === undefined) return undefined;
    coming.add(layer);
    if (/^(Pull complete|Already exists)/.test(what)) there.add(layer);
    return there.size / coming.size;
  };
}

function explainPull(image: string, error: unknown): unknown {
  if (!(error instanceof Fault) || error.code !== 'COMMAND_FAILED') return error;
  const said = String(error.details['lastLines'] ?? error.message)
    .split('\n')
    .at(-1)
    ?.trim();
  const ways = `Check the network, the proxy and the sign-in of the engine (\`docker pull ${image}\`), or bring the image with \`docker save\` and \`docker load\` from a machine that has it; then run again.`;
  return new Fault('IMAGE_UNAVAILABLE', `The image ${image} could not be pulled: ${said} ${ways}`, {
    cause: error,
    details: { image, ...error.details },
  });
}

/** Pulls the images one after the other. Throws IMAGE_UNAVAILABLE, naming the image and the ways out. */
export async function pullImages(docker: Docker, images: readonly string[], context: StepContext): Promise<void> {
  for (const [index, image] of images.entries()) {
    context.report({ ratio: index / images.length, detail: `pulling ${image}` });
    const count = createLayerCount();
    const onLine = (line: string): void => {
      const ratio = count(line);
      if (ratio !== undefined) {
        context.report({ ratio: (index + ratio) / images.length, detail: `pulling ${image}: ${line}` });
      }
    };
    await docker
      .run(['pull', image], { timeoutSeconds: 3_600, signal: context.signal, onLine })
      .catch((error: unknown) => {
        throw explainPull(image, error);
      });
  }
}
