// Rules for all workspaces. Import directions are dependency-cruiser's job (.dependency-cruiser.cjs), the layout is Prettier's.
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const browserGlobals = [
  'document',
  'window',
  'fetch',
  'EventSource',
  'localStorage',
  'location',
  'history',
  'crypto',
  'URL',
  'URLSearchParams',
];
const browserMore = [
  'Blob',
  'FormData',
  'customElements',
  'HTMLElement',
  'Event',
  'CustomEvent',
  'DOMParser',
  'Intl',
  'setTimeout',
  'clearTimeout',
  'console',
  'AbortController',
  'queueMicrotask',
  'requestAnimationFrame',
  'navigator',
  'structuredClone',
  'TextDecoder',
  'setInterval',
  'clearInterval',
  'BroadcastChannel',
  'sessionStorage',
  'addEventListener',
];

export default defineConfig(
  globalIgnores(['**/node_modules/', '**/coverage/', '**/.cartwright/', '**/dist/', '**/*.d.ts', '**/*.d.mts']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // The index signatures of process.env and of parsed JSON are read with brackets, as noPropertyAccessFromIndexSignature would have it.
      '@typescript-eslint/dot-notation': 'off',
      // typebox names a schema and its type alike.
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `type` for unions and for data, `interface` for what is implemented: the author chooses.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    // chai's assertions are property reads, and tests look at things that production code must not.
    files: ['**/*.test.ts', '**/test/**/*.ts', 'tests/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['services/storefront/web/**/*.js'],
    languageOptions: { globals: Object.fromEntries([...browserGlobals, ...browserMore].map((name) => [name, 'readonly'])) },
  },
  {
    files: ['**/*.cjs', '**/*.mjs', '*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        module: 'writable',
        require: 'readonly',
        console: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
);
