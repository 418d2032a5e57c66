/**
 * Words and phrases that this project doesn't use, because they read like a translation or a riddle. CONTRIBUTING.md
 * says what to write instead.
 */
const phrases =
  /\b(?:told|tells|anew|somebody|nobody|whosoever|deeds?|happenings?|ways? on|of ours|st(?:and|ands|ood) still|lets? go of|(?:is|are|was|were) asked|dearer|dearest)\b/i;

/** Splits an identifier into words: `sinkURL` becomes "sink" and "URL". */
const splitIntoWords = (identifier) => identifier.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
const identifierWords = new Set([
  'told',
  'anew',
  'somebody',
  'nobody',
  'deed',
  'deeds',
  'happening',
  'happenings',
]);

/**
 * Finds the unwanted phrases in a text, and the index of each phrase.
 * @param {string} text
 */
export function findUnwantedPhrases(text) {
  return [...text.matchAll(new RegExp(phrases, 'gi'))].map(({ 0: phrase, index }) => ({ phrase, index }));
}

const message = 'Write plain English instead of "{{ phrase }}" (see CONTRIBUTING.md).';

/**
 * An ESLint rule that reports unwanted words in comments, identifiers and test titles, but not in texts for users.
 * @type {import('eslint').Rule.RuleModule}
 */
export const plainEnglish = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const { sourceCode } = context;
    const reportPhrases = (text, start) => {
      for (const { phrase, index } of findUnwantedPhrases(text)) {
        const loc = sourceCode.getLocFromIndex(start + index);
        context.report({ loc, message, data: { phrase } });
      }
    };
    return {
      Program() {
        for (const { value, range } of sourceCode.getAllComments()) {
          reportPhrases(value, range[0] + 2);
        }
      },
      'Identifier, PrivateIdentifier'(node) {
        const phrase = splitIntoWords(node.name).find((word) => identifierWords.has(word.toLowerCase()));
        if (phrase !== undefined) {
          context.report({ node, message, data: { phrase } });
        }
      },
      'CallExpression[callee.name=/^(?:describe|it|test)$/] > :matches(Literal, TemplateLiteral).arguments:first-child'(
        node,
      ) {
        reportPhrases(sourceCode.getText(node), node.range[0]);
      },
    };
  },
};
