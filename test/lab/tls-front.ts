// TLS before a server that speaks none, for clients that speak nothing else.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { runCommand } from '../../src/adapters/host/command.ts';

/** A loopback port that speaks TLS, with a certificate that nobody vouches for. */
export interface TlsFront {
  readonly port: number;
  /** Its certificate in PEM: whoever is told to trust it does. */
  readonly certificate: string;
  close(): Promise<void>;
}

async function makeCertificate(): Promise<{ readonly key: Buffer; readonly cert: Buffer }> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  try {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:127.0.0.1'];
    const command = ['/usr/bin/openssl', 'req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert];
    await runCommand({ command, timeoutSeconds: 30 });
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Passes on to a server on loopback whatever arrives. */
export async function startTlsFront(url: string): Promise<TlsFront> {
  const open = new Set<Socket>();
  const made = await makeCertificate();
  const server = createServer(made, (secured) => {
    const plain = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    for (const [one, other] of [
      [secured, plain],
      [plain, secured],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    certificate: made.cert.toString('utf8'),
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
