export default {
  extends: ['@commitlint/config-conventional'],
  // The body says why, in sentences; lines may be as long as they are in the sources.
  rules: { 'body-max-line-length': [2, 'always', 140], 'subject-case': [0] },
};
