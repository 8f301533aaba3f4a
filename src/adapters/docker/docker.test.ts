import { describe, expect, test } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { createDocker, type Docker, explainDocker } from './docker.ts';
import { pullImages } from './images.ts';
import { projectName } from './project.ts';

function failed(lastLines: string): Fault {
  return new Fault('COMMAND_FAILED', 'docker ended with exit code 1', { details: { exitCode: 1, lastLines } });
}

describe('what the Docker engine says, in our words', () => {
  test.each([
    [
      'ENGINE_UNREACHABLE',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    ],
    [
      'ENGINE_UNREACHABLE',
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    ],
    ['PORT_IN_USE', 'Bind for 127.0.0.1:8069 failed: port is already allocated'],
    ['DISK_FULL', 'write /var/lib/docker/tmp/GetImageBlob: no space left on device'],
  ])('%s: %s', (code, line) => {
    expect(explainDocker(failed(line))).toMatchObject({ code, message: expect.stringContaining(line) });
  });

  test('anything else stays what it was', () => {
    const other = failed('service "web" is not running');
    expect(explainDocker(other)).toBe(other);
  });
});

describe('pulling images', () => {
  const context = { report: () => undefined };

  test('an image that cannot be had is named, with the words of the engine and two ways out', async () => {
    const line = 'Error response from daemon: Get "https://registry.example/v2/": dial tcp: no such host';
    const docker: Docker = { run: () => Promise.reject(failed(line)), obstacle: async () => undefined };
    const pull = pullImages(docker, ['odoo:19.0'], context);
    await expect(pull).rejects.toMatchObject({ code: 'IMAGE_UNAVAILABLE' });
    await expect(pull).rejects.toThrow(/odoo:19\.0.*no such host.*docker pull odoo:19\.0.*docker load/);
  });

  test('progress is the share of the layers that are there, and ends whole', async () => {
    const ratios: number[] = [];
    const layers = ['4f4fb700ef54', 'aaaabbbbcccc'];
    const docker: Docker = {
      obstacle: async () => undefined,
      run: async (_args, { onLine }) => {
        for (const layer of layers) onLine?.(`${layer}: Pulling fs layer`);
        for (const layer of layers) onLine?.(`${layer}: Pull complete`);
        return [];
      },
    };
    await pullImages(docker, ['odoo:19.0'], { report: ({ ratio }) => ratios.push(ratio ?? -1) });
    expect(ratios).toEqual(ratios.toSorted((a, b) => a - b));
    expect(ratios.at(-1)).toBe(1);
  });
});

describe('the engine that is meant', () => {
  test('one on another machine is refused: its loopback and its files are not ours', async () => {
    await expect(createDocker({ DOCKER_HOST: 'tcp://engine.example:2376' }).obstacle()).resolves.toContain(
      'not on this machine',
    );
  });

  test('two state directories never share a project', () => {
    expect(projectName('/a/.plimsoll', 'acme-prod')).not.toBe(projectName('/b/.plimsoll', 'acme-prod'));
    expect(projectName('/a/.plimsoll', 'Acme_Prod')).toMatch(/^plimsoll-acme-prod-[0-9a-f]{8}$/);
  });
});
