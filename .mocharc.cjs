// For a mocha run by hand or by an editor; `npm test` gives its own options (dapr/commands/test.ts).
module.exports = { extension: ['ts'], timeout: 30000, exit: true };
