import assert from 'node:assert/strict';
import {
  chooseVariables,
  createVariableChooser,
  type VariableSources,
} from '../../../../src/commands/config/chooseVariables.ts';
import { getVariable, type Variables } from '../../../../src/shared/environment.ts';
import { setLocale } from '../../../../src/text/format.ts';
import { FakeUi } from '../FakeUi.ts';

const used = [
  { name: 'PASSWORD', isRequired: true },
  { name: 'HOST', isRequired: false },
];

describe('the values of variables in a file', () => {
  let ui: FakeUi;
  beforeEach(() => {
    setLocale('en', 'UTC');
    ui = new FakeUi();
  });

  async function choose(
    environment: Variables,
    { files = {}, ...sources }: Partial<VariableSources> & { files?: Record<string, string> } = {},
  ): Promise<Variables | undefined> {
    return chooseVariables(ui, used, {
      environment,
      listFiles: () => Promise.resolve(Object.entries(files).map(([name, text]) => ({ name, text }))),
      selectFile: () => Promise.resolve(undefined),
      promptForValue: () => Promise.resolve(undefined),
      ...sources,
    });
  }

  it('stay the same as in the first plan, even if a later version of the file uses another variable', async () => {
    const environment: Record<string, string> = { PASSWORD: 'a' };
    const choose = createVariableChooser(ui, {
      environment,
      listFiles: () => Promise.resolve([{ name: '.env', text: 'HOST=db\nPORT=5432' }]),
      selectFile: () => Promise.resolve(undefined),
      promptForValue: () => Promise.resolve(undefined),
    });
    ui.picked = ['.env'];
    const first = { PASSWORD: 'a', HOST: 'db', PORT: '5432' };
    assert.deepEqual(await choose(used), first);
    environment['PASSWORD'] = 'b';
    assert.deepEqual(await choose(used), first);
    assert.deepEqual(await choose([...used, { name: 'PORT', isRequired: true }]), first);
    assert.equal(ui.takeLines().length, 1);
  });

  it('stay the same as in the first plan, even if a .env file that is selected later sets them', async () => {
    const choose = createVariableChooser(ui, {
      environment: { PASSWORD: 'a' },
      listFiles: () => Promise.resolve([{ name: '.env', text: 'HOST=db\nPASSWORD=from-file' }]),
      selectFile: () => Promise.resolve(undefined),
      promptForValue: () => Promise.resolve(undefined),
    });
    assert.deepEqual(await choose([{ name: 'PASSWORD', isRequired: true }]), { PASSWORD: 'a' });
    ui.picked = ['.env'];
    assert.deepEqual(await choose(used), { PASSWORD: 'a', HOST: 'db' });
  });

  it('are found in the environment even if only the case of their names differs, as on Windows', async () => {
    const environment = new Proxy<Record<string, string>>(
      { Password: 'a' },
      {
        getOwnPropertyDescriptor: (target, name) =>
          Reflect.getOwnPropertyDescriptor(target, name === 'PASSWORD' ? 'Password' : name),
        get: (target, name) => Reflect.get(target, name === 'PASSWORD' ? 'Password' : name) as unknown,
      },
    );
    const choose = createVariableChooser(ui, {
      environment,
      listFiles: () => Promise.resolve([{ name: '.env', text: 'HOST=db\nPASSWORD=from-file' }]),
      selectFile: () => Promise.resolve(undefined),
      promptForValue: () => Promise.resolve(undefined),
    });
    ui.picked = ['.env'];
    assert.deepEqual(await choose(used), { PASSWORD: 'a', HOST: 'db' });
  });

  it('come from the environment without a question if only variables with a default are unset', async () => {
    assert.deepEqual(await choose({ PASSWORD: 'a' }), { PASSWORD: 'a' });
    assert.deepEqual(ui.takeLines(), []);
  });

  it('come from a .env file if the environment lacks them', async () => {
    ui.picked = ['.env'];
    const files = { '.env': 'HOST=db\nPASSWORD=from-file\n', '.env.other': 'X=1' };
    assert.deepEqual(await choose({ PASSWORD: 'a' }, { files }), { PASSWORD: 'a', HOST: 'db' });
    assert.deepEqual(ui.takeLines(), [
      'Select a source for the values of HOST .env, Select a File…, Continue Without Values',
    ]);
    assert.deepEqual(ui.items[0]?.description, 'Sets the variable');
  });

  it('are entered by the user if the selected file lacks a required variable', async () => {
    ui.picked = ['Select a File…'];
    const variables = await choose(
      {},
      {
        selectFile: () => {
          ui.picked = ['Enter the Value…'];
          return Promise.resolve('HOST=db');
        },
        promptForValue: (name) => Promise.resolve(`secret of ${name}`),
      },
    );
    assert.deepEqual(variables, { HOST: 'db', PASSWORD: 'secret of PASSWORD' });
  });

  it('come from a second file if the first file lacks a required variable', async () => {
    const files = { '.env': 'HOST=db', '.env.local': 'PASSWORD=b' };
    const listFiles = () => {
      ui.picked = [ui.items.length === 0 ? '.env' : '.env.local'];
      return Promise.resolve(Object.entries(files).map(([name, text]) => ({ name, text })));
    };
    assert.deepEqual(await choose({}, { listFiles }), { HOST: 'db', PASSWORD: 'b' });
  });

  for (const name of ['constructor', '__proto__']) {
    it(`include the value of a variable named ${name}, even though every object has a property with that name`, async () => {
      ui.picked = ['Enter the Value…'];
      const variables = await chooseVariables(ui, [{ name, isRequired: true }], {
        environment: {},
        listFiles: () => Promise.resolve([]),
        selectFile: () => assert.fail('no file was to be selected'),
        promptForValue: () => Promise.resolve('secret'),
      });
      assert.match(ui.takeLines().join(), new RegExp(`^Select a source for the values of ${name} `));
      assert.equal(variables && getVariable(variables, name), 'secret');
    });
  }

  it('stay unset if the user continues without values, as with the CLI', async () => {
    ui.picked = ['Continue Without Values'];
    assert.deepEqual(await choose({}), {});
  });

  for (const picked of [undefined, ['Select a File…'], ['Enter the Value…']]) {
    it(`are undefined if the user cancels ${picked?.[0] ?? 'the list'}`, async () => {
      ui.picked = picked;
      assert.equal(await choose({}), undefined);
    });
  }
});
