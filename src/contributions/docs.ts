import type { HelpTopic } from '../text/listMessageText.ts';

const baseUrl = 'https://sequinstream.com/docs';

/** The page of Sequin's documentation for each topic. */
export const docsUrls: Readonly<Record<HelpTopic, string>> = {
  server: `${baseUrl}/running-sequin`,
  token: `${baseUrl}/management-api/authentication`,
  sinks: `${baseUrl}/reference/sinks/overview`,
  backfills: `${baseUrl}/reference/backfills`,
};
