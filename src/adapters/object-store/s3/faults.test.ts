import { expect, test } from 'vitest';
import { faultOf, readRefusal } from './faults.ts';

test('a certificate that nobody vouches for is final, and the way out is told; a network that breaks is tried again', () => {
  const failed = (code: string) => Object.assign(new Error('failed'), { code });
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED']) {
    expect(readRefusal(failed(code))).toEqual({ code: 'REPOSITORY_INVALID', isTransient: false });
    expect(faultOf(failed(code), 'list', 's3://backups', 1).message).toContain('s3: { caFile: /path/to/ca.pem }');
  }
  expect(readRefusal(failed('ECONNRESET'))).toEqual({ code: 'REPOSITORY_UNREACHABLE', isTransient: true });
  expect(faultOf(failed('ECONNRESET'), 'list', 's3://backups', 6).message).not.toContain('caFile');
});
