// Checks the English of the documents, the paths that they name, and the subjects of the commits in a range:
// `node scripts/checkProse.mjs origin/main..HEAD`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findUnwantedPhrases } from './plainEnglish.mjs';

const maxSubjectLength = 72;
/** Subjects begin with an imperative ("Add", "Fix"), not with a past tense, a gerund or an article. */
const notImperative = /^(?:\w+(?:ed|ing)|The|A|An|It|This|There)\b/;
/** Imperatives that look like a past tense or a gerund. */
const imperatives = /^(?:Embed|Feed|Need|Seed|Speed|Bring|Ping|String)\b/;

const problems = [...checkDocuments(), ...process.argv.slice(2).flatMap((range) => checkCommits(range))];
for (const problem of problems) {
  console.error(problem);
}
process.exitCode = problems.length === 0 ? 0 : 1;

function checkDocuments() {
  // Git also lists files that were deleted since the last commit.
  const files = git('ls-files', '*.md')
    .trim()
    .split('\n')
    .filter((file) => existsSync(file));
  return files.flatMap((file) =>
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
