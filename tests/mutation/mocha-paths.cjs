// Stryker's runner asks for mocha's own files without their ending, which is .cjs as of mocha 12: found with this.
require.extensions[".cjs"] = require.extensions[".js"];
