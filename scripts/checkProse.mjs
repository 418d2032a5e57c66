// Checks the English of the documents, the paths that they name, the recordings that comments cite, and the subjects of
// the commits in a range: `node scripts/checkProse.mjs origin/main..HEAD`.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { findUnwantedPhrases } from './plainEnglish.mjs';

const maxSubjectLength = 72;
/** Subjects begin with an imperative ("Add", "Fix"), not with a past tense, a gerund or an article. */
const notImperative = /^(?:\w+(?:ed|ing)|The|A|An|It|This|There)\b/;
/** Imperatives that look like a past tense or a gerund. */
const imperatives = /^(?:Embed|Feed|Need|Seed|Speed|Bring|Ping|String)\b/;

/** Recordings are cited by the start of their names: "recording e20", "recordings y10 to y19". */
const recordingId = String.raw`(?:[a-z]\d\d(?!\d)[a-z]?(?:-\d\d)?|(?:real|hold)-[a-z-]+)`;
const citation = new RegExp(
  String.raw`\b[Rr]ecordings? ${recordingId}(?:(?:,? and|,| to) ${recordingId})*`,
  'g',
);

const problems = [
  ...checkDocuments(),
  ...checkCitations(),
  ...process.argv.slice(2).flatMap((range) => checkCommits(range)),
];
for (const problem of problems) {
  console.error(problem);
}
process.exitCode = problems.length === 0 ? 0 : 1;

function checkDocuments() {
  return listFiles('*.md').flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => findProblems(line).map((problem) => `${file}:${index + 1}: ${problem}`)),
  );
}

function findProblems(line) {
  const paths = line.matchAll(/`((?:api|media|schemas|scripts|src|test)\/[^`<{*\s]+)`/g);
  return [
    ...findUnwantedPhrases(line).map(({ phrase }) => `Write plain English instead of "${phrase}".`),
    ...[...paths].filter(([, path]) => !existsSync(path)).map(([, path]) => `${path} doesn't exist.`),
  ];
}

function checkCitations() {
  const names = readdirSync('test/recordings', { recursive: true }).map((path) => basename(path));
  return listFiles('*.md', '*.ts', '*.mjs').flatMap((file) => {
    // A citation can continue on the next line of a comment.
    const text = readFileSync(file, 'utf8').replace(/\n\s*(?:\*|\/\/) /g, ' ');
    const ids = [...text.matchAll(citation)].flatMap(
      ([cited]) => cited.match(new RegExp(recordingId, 'g')) ?? [],
    );
    return ids
      .filter((id) => !names.some((name) => new RegExp(`^${id}(?!\\d)`).test(name)))
      .map((id) => `${file}: test/recordings has no recording ${id}.`);
  });
}

function listFiles(...patterns) {
  // Git also lists files that were deleted since the last commit.
  return git('ls-files', ...patterns)
    .trim()
    .split('\n')
    .filter((file) => existsSync(file));
}

function checkCommits(range) {
  const log = git('log', '--no-merges', '--format=%h %s', range).trim();
  return log
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [hash = '', ...words] = line.split(' ');
      const subject = words.join(' ');
      const reasons = [];
      if (subject.length > maxSubjectLength) {
        reasons.push(`the subject has ${subject.length} characters; at most ${maxSubjectLength} are allowed`);
      }
      if (notImperative.test(subject) && !imperatives.test(subject)) {
        reasons.push('the subject must begin with an imperative, such as "Add" or "Fix"');
      }
      return reasons.map((reason) => `Commit ${hash} "${subject}": ${reason}.`);
    });
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' });
}
