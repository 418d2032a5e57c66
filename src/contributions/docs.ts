import type { HelpTopic } from '../text/listMessageText.ts';

const docs = 'https://sequinstream.com/docs';

/** The page of Sequin's documentation for each topic. */
export const docsUrls: Readonly<Record<HelpTopic, string>> = {
  server: `${docs}/running-sequin`,
  token: `${docs}/management-api/authentication`,
  sinks: `${docs}/reference/sinks/overview`,
  backfills: `${docs}/reference/backfills`,
};
