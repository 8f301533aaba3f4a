import { describe, expect, test } from 'vitest';
import { decodeReply, encodeCommand, parseRedisUrl } from './resp-redis.ts';

describe('the protocol of Redis', () => {
  test('a word with line breaks and signs is one word', () => {
    expect(encodeCommand(['AUTH', 'p\r\n$3 ü'])).toBe('*2\r\n$4\r\nAUTH\r\n$8\r\np\r\n$3 ü\r\n');
  });

  test('a reply is read once its end is there, and not before', () => {
    const whole = Buffer.from('$5\r\nhello\r\n+OK\r\n');
    for (let cut = 0; cut < 11; cut += 1) expect(decodeReply(whole.subarray(0, cut))).toBeUndefined();
    expect(decodeReply(whole)).toEqual({ kind: 'text', text: 'hello', length: 11 });
    expect(decodeReply(whole.subarray(11))).toEqual({ kind: 'text', text: 'OK', length: 5 });
    expect(decodeReply(Buffer.from('-NOAUTH needed\r\n'))).toMatchObject({ kind: 'error', text: 'NOAUTH needed' });
  });

  test.each(['HTTP/1.1 400 Bad Request\r\n', '$999999999\r\n', '$-1\r\n', '*2\r\n'])('%j is no answer', (text) => {
    expect(() => decodeReply(Buffer.from(text))).toThrow(/does not speak/);
  });

  test('an address says host, port, encryption and who asks', () => {
    expect(parseRedisUrl('redis://cache')).toEqual({ host: 'cache', port: 6_379, isEncrypted: false, credentials: [] });
    expect(parseRedisUrl('rediss://me:p%40ss@[::1]:7000/3')).toEqual({
      host: '::1',
      port: 7_000,
      isEncrypted: true,
      credentials: ['me', 'p@ss'],
    });
    expect(parseRedisUrl('redis://:secret@cache').credentials).toEqual(['secret']);
    expect(() => parseRedisUrl('http://cache')).toThrow(/redis:\/\//);
  });
});
